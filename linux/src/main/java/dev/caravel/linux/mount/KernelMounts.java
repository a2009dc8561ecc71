package dev.caravel.linux.mount;

import dev.caravel.linux.fs.KernelFiles;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.MountCalls;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** {@link Mounts} of the mount namespace this process is in. */
public final class KernelMounts implements Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int NOSWAP_MAJOR = 6;
    private static final int NOSWAP_MINOR = 4;

    private final MountCalls calls;
    private final FileCalls files;
    private final String kernelRelease;

    /**
     * Works through the given system calls.
     *
     * @param kernelRelease as {@code uname -r} says it
     */
    public KernelMounts(MountCalls calls, FileCalls files, String kernelRelease) {
        this.calls = calls;
        this.files = files;
        this.kernelRelease = kernelRelease;
    }

    @Override
    public void bind(Path source, Path target, boolean recursive, Set<MountFlag> flags)
            throws IOException {
        long how = MountCalls.BIND | (recursive ? MountCalls.RECURSIVE : 0);
        calls.mount(source.toString(), target, "", how, "");
        if (flags.isEmpty()) {
            return;
        }
        try {
            remount(target, flags);
        } catch (IOException e) {
            // A bind that is writable although read-only was asked for must not stay.
            try {
                calls.unmount(target, false);
            } catch (SystemCallException undo) {
                e.addSuppressed(undo);
            }
            throw e;
        }
    }

    @Override
    public void tmpfs(Path target, TmpfsOptions options) throws IOException {
        calls.mount("tmpfs", target, "tmpfs", 0, options.data());
    }

    @Override
    public void filesystem(
            String type, String source, Path target, Set<MountFlag> flags, String data)
            throws IOException {
        calls.mount(source, target, type, bits(flags), data);
    }

    @Override
    public void remount(Path target, Set<MountFlag> flags) throws IOException {
        // The remount replaces all options of the mount. Those it has already must be named again:
        // dropping nosuid or nodev would be a hole, and in a user namespace the kernel refuses it.
        long kept = table().at(target.toRealPath()).map(KernelMounts::lockedBits).orElse(0L);
        long how = MountCalls.REMOUNT | MountCalls.BIND | kept | bits(flags);
        calls.mount("none", target, "", how, "");
    }

    private static long lockedBits(MountEntry entry) {
        long bits = 0;
        for (MountFlag flag : MountFlag.values()) {
            if (flag != MountFlag.READ_ONLY && entry.options().contains(flag.optionName())) {
                bits |= flag.bit();
            }
        }
        return bits;
    }

    private static long bits(Set<MountFlag> flags) {
        long bits = 0;
        for (MountFlag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    @Override
    public void propagate(Path target, Propagation propagation, boolean recursive)
            throws IOException {
        long how =
                switch (propagation) {
                    case PRIVATE -> MountCalls.PRIVATE;
                    case SLAVE -> MountCalls.SLAVE;
                    case SHARED -> MountCalls.SHARED;
                };
        calls.mount("none", target, "", how | (recursive ? MountCalls.RECURSIVE : 0), "");
    }

    @Override
    public boolean unmount(Path target) throws IOException {
        return unmount(target, false);
    }

    @Override
    public boolean detach(Path target) throws IOException {
        return unmount(target, true);
    }

    private boolean unmount(Path target, boolean detach) throws SystemCallException {
        try {
            calls.unmount(target, detach);
            return true;
        } catch (SystemCallException e) {
            // The two answers for "nothing is mounted here" and "there is no such path".
            if (e.is(Errno.EINVAL, Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean isMountPoint(Path path) throws IOException {
        FileStatus status;
        try {
            status = files.status(path);
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                return false;
            }
            // A dead network or FUSE mount cannot be looked into, but the table still knows it.
            Optional<MountEntry> entry = table().at(path.toAbsolutePath().normalize());
            if (entry.isPresent()) {
                return true;
            }
            throw e;
        }
        // Kernels before 5.8 tell neither; the table does.
        return status.mountId() >= 0
                ? status.mountRoot()
                : table().at(path.toRealPath()).isPresent();
    }

    @Override
    public MountTable table() throws IOException {
        return MountInfo.parse(KernelFiles.read(MOUNTINFO));
    }

    @Override
    public boolean tmpfsNoswapSupported() {
        return noswapSupported(kernelRelease);
    }

    /** Decides by the release, e.g. {@code 6.12.3-amd64}; what cannot be read counts as old. */
    static boolean noswapSupported(String release) {
        String[] parts = release.split("[^0-9]", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return major > NOSWAP_MAJOR || (major == NOSWAP_MAJOR && minor >= NOSWAP_MINOR);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
