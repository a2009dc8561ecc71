package dev.caravel.kubelet.volume.projection;

import dev.caravel.kubelet.volume.projection.VolumeContent.RootEntry;
import dev.caravel.kubelet.volume.projection.WriteStep.ApplyGroup;
import dev.caravel.kubelet.volume.projection.WriteStep.CreateDataFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.CreateFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.PrepareLink;
import dev.caravel.kubelet.volume.projection.WriteStep.Publish;
import dev.caravel.kubelet.volume.projection.WriteStep.RemoveDataFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.RemoveLink;
import dev.caravel.kubelet.volume.projection.WriteStep.Show;
import dev.caravel.kubelet.volume.projection.WriteStep.WriteFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decides how a projected volume gets from what it holds to the wanted payload (kubelet.md §7.2).
 * Pure. A volume that already holds the payload gets no step at all.
 */
final class WritePlan {
    static final String DATA = "..data";
    static final String NEXT_DATA = "..data_tmp";

    private WritePlan() {}

    /**
     * The steps in order.
     *
     * @param newFolder a free name that begins with {@code ..}, used if the content differs
     */
    static List<WriteStep> of(Payload wanted, VolumeContent now, String newFolder) {
        List<WriteStep> steps = new ArrayList<>();
        boolean rewrite = !now.current() || !now.paths().equals(allPaths(wanted));
        String live = rewrite ? newFolder : now.dataFolder().orElse(newFolder);
        if (rewrite) {
            write(wanted, now, newFolder, steps);
        } else {
            clear(NEXT_DATA, now, steps);
        }
        show(wanted, now, steps);
        hide(wanted, now, steps);
        for (Map.Entry<String, RootEntry> entry : now.root().entrySet()) {
            if (entry.getKey().startsWith("..")
                    && entry.getValue() instanceof RootEntry.Folder
                    && !entry.getKey().equals(live)
                    && !entry.getKey().equals(DATA)
                    && !entry.getKey().equals(NEXT_DATA)) {
                steps.add(new RemoveDataFolder(entry.getKey()));
            }
        }
        return List.copyOf(steps);
    }

    private static void write(
            Payload wanted, VolumeContent now, String folder, List<WriteStep> steps) {
        // A crash between making the link and renaming it leaves it behind.
        clear(NEXT_DATA, now, steps);
        if (now.root().get(DATA) instanceof RootEntry.Folder) {
            clear(DATA, now, steps);
        }
        steps.add(new CreateDataFolder(folder));
        wanted.folders().forEach(path -> steps.add(new CreateFolder(folder, path)));
        wanted.files().forEach((path, file) -> steps.add(new WriteFile(folder, path, file)));
        steps.add(new ApplyGroup(folder));
        steps.add(new PrepareLink(folder));
        steps.add(new Publish());
    }

    private static void clear(String name, VolumeContent now, List<WriteStep> steps) {
        switch (now.root().get(name)) {
            case null -> {}
            case RootEntry.Folder() -> steps.add(new RemoveDataFolder(name));
            case RootEntry.Link(String _) -> steps.add(new RemoveLink(name));
            case RootEntry.Other() -> steps.add(new RemoveLink(name));
        }
    }

    private static void show(Payload wanted, VolumeContent now, List<WriteStep> steps) {
        for (String name : wanted.topNames()) {
            switch (now.root().get(name)) {
                case null -> steps.add(new Show(name, ownerOf(name, wanted)));
                case RootEntry.Link(String target) -> {
                    if (!target.equals(visibleTarget(name))) {
                        steps.add(new RemoveLink(name));
                        steps.add(new Show(name, ownerOf(name, wanted)));
                    }
                }
                // The mount point of another volume hides the file; so it is with upstream.
                case RootEntry.Folder() -> {}
                case RootEntry.Other() -> {}
            }
        }
    }

    private static void hide(Payload wanted, VolumeContent now, List<WriteStep> steps) {
        Set<String> visible = wanted.topNames();
        for (Map.Entry<String, RootEntry> entry : now.root().entrySet()) {
            if (entry.getValue() instanceof RootEntry.Link(String target)
                    && target.equals(visibleTarget(entry.getKey()))
                    && !visible.contains(entry.getKey())) {
                steps.add(new RemoveLink(entry.getKey()));
            }
        }
    }

    static String visibleTarget(String name) {
        return DATA + "/" + name;
    }

    private static Set<String> allPaths(Payload wanted) {
        Set<String> paths = new HashSet<>(wanted.files().keySet());
        paths.addAll(wanted.folders());
        return paths;
    }

    /** A link belongs to the owner of the file it shows, or of the first file below it. */
    private static OptionalLong ownerOf(String topName, Payload wanted) {
        return wanted.files().entrySet().stream()
                .filter(f -> f.getKey().equals(topName) || f.getKey().startsWith(topName + "/"))
                .map(f -> f.getValue().owner())
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }
}
