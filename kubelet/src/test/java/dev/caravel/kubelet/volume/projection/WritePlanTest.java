package dev.caravel.kubelet.volume.projection;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WritePlanTest {
    private static final ProjectedFile FILE = ProjectedFile.of("x", 0644);
    private static final String NEW = "..new";

    private static Payload payload(String... paths) throws Exception {
        Map<String, ProjectedFile> files = new HashMap<>();
        for (String path : paths) {
            files.put(path, FILE);
        }
        return Payload.of(files);
    }

    private static VolumeContent content(
            boolean current, Set<String> paths, Map<String, RootEntry> more) {
        Map<String, RootEntry> root = new HashMap<>(more);
        root.put("..data", new RootEntry.Link("..old"));
        root.put("..old", new RootEntry.Folder());
        return new VolumeContent(root, Optional.of("..old"), paths, current);
    }

    private static RootEntry shown(String name) {
        return new RootEntry.Link("..data/" + name);
    }

    @Test
    void theFirstWriteMakesEverythingBeforeItIsSeen() throws Exception {
        assertThat(WritePlan.of(payload("a", "d/b"), VolumeContent.empty(), NEW))
                .containsExactly(
                        new CreateDataFolder(NEW),
                        new CreateFolder(NEW, "d"),
                        new WriteFile(NEW, "a", FILE),
                        new WriteFile(NEW, "d/b", FILE),
                        new ApplyGroup(NEW),
                        new PrepareLink(NEW),
                        new Publish(),
                        new Show("a", OptionalLong.empty()),
                        new Show("d", OptionalLong.empty()));
    }

    @Test
    void anUnchangedVolumeGetsNoStep() throws Exception {
        var now = content(true, Set.of("a", "d", "d/b"), Map.of("a", shown("a"), "d", shown("d")));
        assertThat(WritePlan.of(payload("a", "d/b"), now, NEW)).isEmpty();
    }

    @Test
    void changedContentIsPublishedWithoutTouchingTheVisibleLinks() throws Exception {
        var now = content(false, Set.of("a"), Map.of("a", shown("a")));
        assertThat(WritePlan.of(payload("a"), now, NEW))
                .containsExactly(
                        new CreateDataFolder(NEW),
                        new WriteFile(NEW, "a", FILE),
                        new ApplyGroup(NEW),
                        new PrepareLink(NEW),
                        new Publish(),
                        new RemoveDataFolder("..old"));
    }

    @Test
    void aDroppedFileVanishesAfterTheSwap() throws Exception {
        var now =
                content(true, Set.of("a", "gone"), Map.of("a", shown("a"), "gone", shown("gone")));
        assertThat(WritePlan.of(payload("a"), now, NEW))
                .endsWith(new Publish(), new RemoveLink("gone"), new RemoveDataFolder("..old"));
    }

    @Test
    void aCrashBeforeTheRenameLeavesNothingInTheWay() throws Exception {
        var now =
                content(
                        false,
                        Set.of("a"),
                        Map.of(
                                "..data_tmp", new RootEntry.Link("..half"),
                                "..half", new RootEntry.Folder(),
                                "a", shown("a")));
        List<WriteStep> steps = WritePlan.of(payload("a"), now, NEW);
        assertThat(steps).startsWith(new RemoveLink("..data_tmp"), new CreateDataFolder(NEW));
        assertThat(steps).endsWith(new RemoveDataFolder("..half"), new RemoveDataFolder("..old"));
    }

    @Test
    void aCrashAfterTheRenameIsFinishedWithoutWritingAgain() throws Exception {
        var now =
                content(
                        true,
                        Set.of("a", "b"),
                        Map.of(
                                "..older",
                                new RootEntry.Folder(),
                                "a",
                                shown("a"),
                                "c",
                                shown("c")));
        assertThat(WritePlan.of(payload("a", "b"), now, NEW))
                .containsExactly(
                        new Show("b", OptionalLong.empty()),
                        new RemoveLink("c"),
                        new RemoveDataFolder("..older"));
    }

    @Test
    void strangeThingsInPlaceOfTheWritersOwnLinksAreRemovedFirst() throws Exception {
        var now =
                new VolumeContent(
                        Map.of(
                                "..data", new RootEntry.Folder(),
                                "..data_tmp", new RootEntry.Folder()),
                        Optional.empty(),
                        Set.of(),
                        false);
        assertThat(WritePlan.of(payload("a"), now, NEW))
                .startsWith(
                        new RemoveDataFolder("..data_tmp"),
                        new RemoveDataFolder("..data"),
                        new CreateDataFolder(NEW));
    }

    @Test
    void aLinkThatLeadsElsewhereIsReplacedAndForeignEntriesStay() throws Exception {
        var now =
                content(
                        true,
                        Set.of("a", "b"),
                        Map.of(
                                "a", new RootEntry.Link("/etc/passwd"),
                                "b", new RootEntry.Folder(),
                                "planted", new RootEntry.Link("/etc"),
                                "file", new RootEntry.Other()));
        assertThat(WritePlan.of(payload("a", "b"), now, NEW))
                .containsExactly(new RemoveLink("a"), new Show("a", OptionalLong.empty()));
    }

    @Test
    void theVisibleLinkBelongsToTheOwnerOfItsFile() throws Exception {
        var owned = Payload.of(Map.of("d/token", FILE.ownedBy(OptionalLong.of(7)), "a", FILE));
        assertThat(WritePlan.of(owned, VolumeContent.empty(), NEW))
                .endsWith(new Show("a", OptionalLong.empty()), new Show("d", OptionalLong.of(7)));
    }

    @Test
    void anEmptyPayloadStillHasADataFolder() throws Exception {
        assertThat(WritePlan.of(payload(), VolumeContent.empty(), NEW))
                .containsExactly(
                        new CreateDataFolder(NEW),
                        new ApplyGroup(NEW),
                        new PrepareLink(NEW),
                        new Publish());
    }
}
