package dev.caravel.kubelet.device;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravel.linux.fs.AtomicFiles;
import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code kubelet_internal_checkpoint}: which container has which devices, and which
 * resources had a plugin. The Go kubelet reads and writes the same, with a checksum over how Go
 * prints the data (contract §10.1).
 *
 * @param entries one a container and resource
 * @param registered IDs of the healthy devices by resource
 */
record DeviceCheckpoint(List<Entry> entries, Map<String, List<String>> registered) {

    static final String FILE = "kubelet_internal_checkpoint";
    private static final long LARGEST = 64L << 20;
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    DeviceCheckpoint {
        entries = List.copyOf(entries);
        registered = java.util.Collections.unmodifiableMap(new TreeMap<>(registered));
    }

    /**
     * Devices of one container.
     *
     * @param byNode IDs by NUMA node
     * @param response the plugin's answer, byte for byte as it is in the file
     */
    record Entry(
            String podUid,
            String container,
            String resource,
            Map<Long, List<String>> byNode,
            ByteString response) {

        static Entry of(String podUid, String container, String resource, Allocation a) {
            return new Entry(podUid, container, resource, a.byNode(), a.response().toByteString());
        }

        Allocation allocation() throws InvalidProtocolBufferException {
            return new Allocation(byNode, ContainerAllocateResponse.parseFrom(response));
        }
    }

    void write(Path folder) throws IOException {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Entry e : entries) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("PodUID", e.podUid);
            map.put("ContainerName", e.container);
            map.put("ResourceName", e.resource);
            map.put("DeviceIDs", e.byNode);
            map.put("AllocResp", Base64.getEncoder().encodeToString(e.response.toByteArray()));
            list.add(map);
        }
        Map<String, Object> data = new LinkedHashMap<>();
        // Go reads a list that was never made back as one.
        data.put("PodDeviceEntries", list.isEmpty() ? null : list);
        data.put("RegisteredDevices", registered);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Data", data);
        all.put("Checksum", checksum());
        AtomicFiles.write(
                folder.resolve(FILE),
                JsonMapper.shared().writeValueAsBytes(all),
                AtomicFiles.OWNER_ONLY);
    }

    /**
     * What lies in the folder; empty when there is none.
     *
     * @throws IOException when it cannot be read, is no such file or its checksum is wrong
     */
    static Optional<DeviceCheckpoint> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is too large to be a checkpoint");
            }
            JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(file));
            DeviceCheckpoint read = parse(root.path("Data"));
            long expected = root.path("Checksum").asLong(0);
            if (expected != read.checksum()) {
                throw new IOException(
                        file + " is corrupt: its checksum should be " + read.checksum());
            }
            return Optional.of(read);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + " is no checkpoint: " + e.getMessage(), e);
        }
    }

    private static DeviceCheckpoint parse(JsonNode data) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode n : data.path("PodDeviceEntries")) {
            Map<Long, List<String>> byNode = new TreeMap<>();
            for (Map.Entry<String, JsonNode> p : n.path("DeviceIDs").properties()) {
                byNode.put(Long.parseLong(p.getKey()), texts(p.getValue()));
            }
            byte[] response = Base64.getDecoder().decode(n.path("AllocResp").asString(""));
            entries.add(
                    new Entry(
                            n.path("PodUID").asString(""),
                            n.path("ContainerName").asString(""),
                            n.path("ResourceName").asString(""),
                            byNode,
                            ByteString.copyFrom(response)));
        }
        Map<String, List<String>> registered = new TreeMap<>();
        for (Map.Entry<String, JsonNode> p : data.path("RegisteredDevices").properties()) {
            registered.put(p.getKey(), texts(p.getValue()));
        }
        return new DeviceCheckpoint(entries, registered);
    }

    private static List<String> texts(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(n -> result.add(n.asString("")));
        return result;
    }

    /** FNV-1a of the data as Go prints it. */
    long checksum() {
        int hash = FNV_OFFSET;
        for (byte b : dump().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return Integer.toUnsignedLong(hash);
    }

    private String dump() {
        StringBuilder out = new StringBuilder("(checkpoint.checkpointData){PodDeviceEntries:");
        out.append("([]checkpoint.PodDevicesEntry)");
        StringBuilder list = new StringBuilder();
        for (Entry e : entries) {
            list.append(list.isEmpty() ? "" : " ")
                    .append("{PodUID:(string)")
                    .append(e.podUid)
                    .append(" ContainerName:(string)")
                    .append(e.container)
                    .append(" ResourceName:(string)")
                    .append(e.resource)
                    .append(" DeviceIDs:(checkpoint.DevicesPerNUMA)")
                    .append(map(e.byNode))
                    .append(" AllocResp:([]uint8)[");
            byte[] response = e.response.toByteArray();
            for (int i = 0; i < response.length; i++) {
                list.append(i == 0 ? "" : " ").append(response[i] & 0xff);
            }
            list.append("]}");
        }
        out.append(entries.isEmpty() ? "<nil>" : "[" + list + "]");
        out.append(" RegisteredDevices:(map[string][]string)").append(map(registered));
        return out.append("}").toString();
    }

    private static String map(Map<?, List<String>> map) {
        StringBuilder out = new StringBuilder("map[");
        map.forEach((key, values) ->
                out.append(out.length() == 4 ? "" : " ")
                        .append(key)
                        .append(":[")
                        .append(String.join(" ", values))
                        .append("]"));
        return out.append("]").toString();
    }
}
