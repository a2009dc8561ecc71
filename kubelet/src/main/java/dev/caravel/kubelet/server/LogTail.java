package dev.caravel.kubelet.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Finds where the last lines of a file begin, reading it backwards in blocks. */
final class LogTail {

    private static final int BLOCK = 8192;

    private LogTail() {}

    /**
     * The offset from which the last {@code lines} whole log entries follow. An entry that the
     * runtime wrote in parts counts each part: the caller may show a few bytes more, never less.
     */
    static long offset(SeekableByteChannel file, long lines) throws IOException {
        long size = file.size();
        if (lines == 0) {
            return size;
        }
        long left = lines;
        long at = size;
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        boolean lastByte = true;
        while (at > 0) {
            int length = (int) Math.min(BLOCK, at);
            at -= length;
            block.clear().limit(length);
            file.position(at);
            while (block.hasRemaining() && file.read(block) >= 0) {}
            for (int i = length - 1; i >= 0; i--) {
                // The newline that ends the file ends the last line; it begins none.
                if (block.get(i) == '\n' && !lastByte && --left == 0) {
                    return at + i + 1;
                }
                lastByte = false;
            }
        }
        return 0;
    }
}
