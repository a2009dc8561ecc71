package dev.caravel.kubelet.volume.projection;

import java.util.OptionalLong;

/**
 * One step of writing a projected volume. A crash after any step leaves either the old or the new
 * payload visible as a whole, and what the next write needs to finish.
 */
public sealed interface WriteStep {
    /** Makes {@code ..<time>}, mode 0755. */
    record CreateDataFolder(String folder) implements WriteStep {}

    /** Makes a folder inside the data folder, mode 0755. */
    record CreateFolder(String folder, String path) implements WriteStep {}

    /** Writes a file inside the data folder. */
    record WriteFile(String folder, String path, ProjectedFile file) implements WriteStep {}

    /** Gives the volume's root and the data folder to the pod's group. */
    record ApplyGroup(String folder) implements WriteStep {}

    /** Makes the link {@code ..data_tmp} to the data folder. */
    record PrepareLink(String folder) implements WriteStep {}

    /** Renames {@code ..data_tmp} to {@code ..data}: here the payload changes for readers. */
    record Publish() implements WriteStep {}

    /** Makes the link {@code name} to {@code ..data/name}. */
    record Show(String name, OptionalLong owner) implements WriteStep {}

    /** Removes a link in the volume's root. */
    record RemoveLink(String name) implements WriteStep {}

    /** Removes a folder of the writer's own with all it holds. */
    record RemoveDataFolder(String folder) implements WriteStep {}
}
