package dev.caravel.kubelet.csi;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks over the kubelet's own folders; what cannot be read is told and passed over. */
final class Listing {
    private static final Logger log = LoggerFactory.getLogger(Listing.class);

    private Listing() {}

    /** The folders in a folder; none if it does not exist. */
    static List<Path> folders(Path folder) {
        List<Path> folders = new ArrayList<>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return folders;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(entry);
                }
            }
        } catch (IOException e) {
            log.warn("Listing {}: {}", folder, e.toString());
        }
        return folders;
    }

    /** Whose volume lies in a folder. */
    static Optional<VolumeData> data(Path folder, CsiNode node) {
        try {
            return VolumeData.read(folder, node.files());
        } catch (IOException e) {
            log.warn("Reading whose volume lies in {}: {}", folder, e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a folder holds nothing, or is not there. */
    static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }
}
