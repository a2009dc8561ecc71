package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.mount.MountFlag;
import dev.caravel.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts block devices, after making a file system on an empty one and checking one that is there.
 * A device with anything on it is never formatted.
 */
public final class Disks {
    private static final Logger log = LoggerFactory.getLogger(Disks.class);
    private static final int NOTHING_FOUND = 2;
    private static final int FSCK_CORRECTED = 1;
    private static final int FSCK_UNCORRECTED = 4;

    private final HostCommands commands;
    private final Mounts mounts;

    public Disks(HostCommands commands, Mounts mounts) {
        this.commands = commands;
        this.mounts = mounts;
    }

    /**
     * Mounts a device; one that is mounted there already stays as it is.
     *
     * @param fsType the wanted file system
     * @param options of mount(8), e.g. {@code ro}, {@code noatime} or of the file system
     */
    void mount(Path device, Path target, String fsType, List<String> options)
            throws IOException, VolumeException, InterruptedException {
        Folders.create(target, Folders.PRIVATE);
        if (mounts.isMountPoint(target)) {
            return;
        }
        String present = fileSystemOn(device);
        boolean readOnly = options.contains("ro");
        if (present.isEmpty()) {
            if (readOnly) {
                throw new VolumeException(
                        "cannot mount unformatted disk "
                                + device
                                + " as we are manipulating it in read-only mode");
            }
            format(device, fsType);
        } else if (!readOnly) {
            check(device);
        }
        Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
        List<String> data = new ArrayList<>();
        options.forEach(option -> addOption(option, flags, data));
        mounts.filesystem(fsType, device.toString(), target, flags, String.join(",", data));
    }

    /** What blkid finds on a device; empty when it is certain that there is nothing. */
    private String fileSystemOn(Path device)
            throws IOException, VolumeException, InterruptedException {
        HostCommands.Result found =
                commands.run(
                        List.of(
                                "blkid",
                                "-p",
                                "-s",
                                "TYPE",
                                "-s",
                                "PTTYPE",
                                "-o",
                                "export",
                                device.toString()));
        if (found.exitCode() == NOTHING_FOUND) {
            return "";
        }
        if (found.exitCode() != 0) {
            throw new VolumeException(
                    "failed to get disk format of disk "
                            + device
                            + ": blkid ended with "
                            + found.exitCode()
                            + ": "
                            + found.output());
        }
        String type = "";
        for (String line : found.output().lines().toList()) {
            if (line.startsWith("TYPE=")) {
                type = line.substring("TYPE=".length());
            }
            if (line.startsWith("PTTYPE=")) {
                throw new VolumeException(
                        "disk " + device + " has a partition table, so it is not formatted");
            }
        }
        return type.isEmpty() ? "unknown data" : type;
    }

    private void format(Path device, String fsType)
            throws IOException, VolumeException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mkfs." + fsType));
        switch (fsType) {
            case "ext3", "ext4" -> command.addAll(List.of("-F", "-m0"));
            case "xfs" -> command.add("-f");
            default -> {}
        }
        command.add(device.toString());
        log.info("Disk {} is empty; formatting it: {}", device, command);
        HostCommands.Result result = commands.run(command);
        if (result.exitCode() != 0) {
            throw new VolumeException(
                    "format of disk \""
                            + device
                            + "\" failed: "
                            + command
                            + " ended with "
                            + result.exitCode()
                            + ": "
                            + result.output());
        }
    }

    private void check(Path device) throws VolumeException, InterruptedException {
        HostCommands.Result result;
        try {
            result = commands.run(List.of("fsck", "-a", device.toString()));
        } catch (IOException e) {
            log.warn("Checking disk {}: {}; it is mounted unchecked", device, e.getMessage());
            return;
        }
        if (result.exitCode() == FSCK_UNCORRECTED) {
            throw new VolumeException(
                    "'fsck' found errors on device "
                            + device
                            + " but could not correct them: "
                            + result.output());
        }
        if (result.exitCode() == FSCK_CORRECTED) {
            log.info("Disk {} had errors, which fsck has corrected", device);
        } else if (result.exitCode() != 0) {
            log.warn(
                    "fsck of disk {} ended with {}: {}",
                    device,
                    result.exitCode(),
                    result.output());
        }
    }

    /** Splits mount(8)'s options into the kernel's flags and the file system's own. */
    static void addOption(String option, Set<MountFlag> flags, List<String> data) {
        switch (option) {
            case "ro" -> flags.add(MountFlag.READ_ONLY);
            case "nosuid" -> flags.add(MountFlag.NO_SUID);
            case "nodev" -> flags.add(MountFlag.NO_DEV);
            case "noexec" -> flags.add(MountFlag.NO_EXEC);
            case "noatime" -> flags.add(MountFlag.NO_ATIME);
            case "nodiratime" -> flags.add(MountFlag.NO_DIR_ATIME);
            case "relatime" -> flags.add(MountFlag.REL_ATIME);
            // What the kernel does anyway.
            case "", "rw", "suid", "dev", "exec", "defaults" -> {}
            default -> data.add(option);
        }
    }
}
