package dev.caravel.kubelet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceCheckpointTest {

    @TempDir Path folder;

    private static DeviceCheckpoint sample() {
        ContainerAllocateResponse response =
                ContainerAllocateResponse.newBuilder().putEnvs("A", "b").build();
        return new DeviceCheckpoint(
                List.of(
                        DeviceCheckpoint.Entry.of(
                                "pod1",
                                "con1",
                                "domain1.com/resource1",
                                new Allocation(
                                        Map.of(-1L, List.of("dev3"), 0L, List.of("dev1", "dev2")),
                                        response))),
                Map.of("domain1.com/resource1", List.of("dev1", "dev2"), "a.b/c", List.of()));
    }

    /** The sum is what the Go kubelet's own code makes of the same data. */
    @Test
    void theChecksumIsTheGoKubelets() {
        assertThat(sample().checksum()).isEqualTo(GO_SAMPLE);
        assertThat(new DeviceCheckpoint(List.of(), Map.of()).checksum()).isEqualTo(GO_EMPTY);
    }

    private static final long GO_SAMPLE = 3_614_145_207L;
    private static final long GO_EMPTY = 3_467_439_661L;

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        sample().write(folder);
        assertThat(DeviceCheckpoint.read(folder)).contains(sample());
        new DeviceCheckpoint(List.of(), Map.of()).write(folder);
        assertThat(Files.readString(folder.resolve(DeviceCheckpoint.FILE)))
                .contains("\"PodDeviceEntries\":null");
        assertThat(DeviceCheckpoint.read(folder))
                .contains(new DeviceCheckpoint(List.of(), Map.of()));
    }

    @Test
    void aFileThatWasChangedOrIsNoneIsRefusedAndNoneIsNothing() throws Exception {
        assertThat(DeviceCheckpoint.read(folder)).isEmpty();
        sample().write(folder);
        Path file = folder.resolve(DeviceCheckpoint.FILE);
        Files.writeString(file, Files.readString(file).replace("con1", "con2"));
        assertThatThrownBy(() -> DeviceCheckpoint.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("corrupt");
        Files.writeString(file, "{\"Data\":{\"PodDeviceEntries\":[{\"DeviceIDs\":{\"x\":[]}}]}}");
        assertThatThrownBy(() -> DeviceCheckpoint.read(folder)).isInstanceOf(IOException.class);
        Files.writeString(file, "not json");
        assertThatThrownBy(() -> DeviceCheckpoint.read(folder)).isInstanceOf(IOException.class);
    }
}
