package dev.caravel.cri;

import java.util.List;

/** File systems the runtime stores images and writable layers on. */
public record ImageFsInfo(
        List<FilesystemUsage> imageFilesystems, List<FilesystemUsage> containerFilesystems) {
    public ImageFsInfo {
        imageFilesystems = List.copyOf(imageFilesystems);
        containerFilesystems = List.copyOf(containerFilesystems);
    }
}
