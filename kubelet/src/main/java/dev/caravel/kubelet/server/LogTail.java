package dev.caravel.kubelet.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Finds where the last lines of a file begin, reading it backwards in blocks. */
final class LogTail {

    private static final int BLOCK = 8192;

    private LogTail() {}

    /**
     * The offset at which the last {@code lines} ended lines begin. What follows the last line end
     * is no line yet; a line the runtime wrote in parts counts as many.
     */
    static long offset(SeekableByteChannel file, long lines) throws IOException {
        long ends = 0;
        long at = file.size();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (at > 0) {
            int length = (int) Math.min(BLOCK, at);
            at -= length;
            block.clear().limit(length);
            file.position(at);
            while (block.hasRemaining()) {
                if (file.read(block) < 0) {
                    // Cut off while we read: the beginning is as good as any place.
                    return 0;
                }
            }
            for (int i = length - 1; i >= 0; i--) {
                if (block.get(i) == '\n' && ++ends > lines) {
                    return at + i + 1;
                }
            }
        }
        return 0;
    }
}
