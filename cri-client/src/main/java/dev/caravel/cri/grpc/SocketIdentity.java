package dev.caravel.cri.grpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * Which socket lies at a path. The modification time is that of the bind, and tells apart sockets
 * that got the same inode number one after the other.
 *
 * @param fileKey device and inode
 */
record SocketIdentity(Object fileKey, FileTime bound) {
    /** The socket at this path; absent when there is none or it cannot be seen. */
    static Optional<SocketIdentity> of(Path socket) {
        try {
            var attributes = Files.readAttributes(socket, BasicFileAttributes.class);
            return Optional.of(
                    new SocketIdentity(attributes.fileKey(), attributes.lastModifiedTime()));
        } catch (IOException _) {
            return Optional.empty(); // the connect that follows says why
        }
    }
}
