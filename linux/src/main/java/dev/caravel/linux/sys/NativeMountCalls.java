package dev.caravel.linux.sys;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@link MountCalls} on this kernel. */
final class NativeMountCalls implements MountCalls {
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    @Override
    public void mount(String source, Path target, String type, long flags, String data)
            throws SystemCallException {
        int result =
                Native.libc()
                        .mount(
                                CStrings.of(source),
                                CStrings.of(target),
                                orNull(type),
                                flags,
                                orNull(data));
        if (result != 0) {
            throw Native.failure("mount", describe(source, target, type, flags, data));
        }
    }

    @Override
    public void unmount(Path target, boolean detach) throws SystemCallException {
        int flags = UMOUNT_NOFOLLOW | (detach ? MNT_DETACH : 0);
        if (Native.libc().umount2(CStrings.of(target), flags) != 0) {
            throw Native.failure("umount2", target.toString());
        }
    }

    private static byte @Nullable [] orNull(String text) {
        return text.isEmpty() ? null : CStrings.of(text);
    }

    private static String describe(
            String source, Path target, String type, long flags, String data) {
        StringBuilder text = new StringBuilder();
        text.append(type.isEmpty() ? "" : type + " ").append(source).append(" on ").append(target);
        text.append(" (flags 0x").append(Long.toHexString(flags));
        if (!data.isEmpty()) {
            text.append(", ").append(data);
        }
        return text.append(')').toString();
    }
}
