package dev.caravel.kubelet.csi;

import dev.caravel.csi.NodeInfo;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriverBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a driver's node info changes in the Node and CSINode objects. Pure. */
final class CsiNodeRules {
    static final String NODE_ID = "csi.volume.kubernetes.io/nodeid";
    static final String MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins";

    /** The in-tree plugins whose volumes CSI drivers serve in this release. */
    static final String MIGRATED_PLUGINS =
            String.join(
                    ",",
                    "kubernetes.io/aws-ebs",
                    "kubernetes.io/azure-disk",
                    "kubernetes.io/azure-file",
                    "kubernetes.io/cinder",
                    "kubernetes.io/gce-pd",
                    "kubernetes.io/portworx-volume",
                    "kubernetes.io/vsphere-volume");

    private CsiNodeRules() {}

    /**
     * The annotation with one driver's id set or removed.
     *
     * @param annotation as it is
     * @param id empty to remove it
     * @return empty when nothing changes; an empty text when the annotation goes
     * @throws IOException when the annotation is not the JSON object it should be
     */
    static Optional<String> nodeIds(@Nullable String annotation, String driver, Optional<String> id)
            throws IOException {
        SortedMap<String, String> ids = parse(annotation);
        String before = ids.get(driver);
        if (id.equals(Optional.ofNullable(before))) {
            return Optional.empty();
        }
        id.ifPresentOrElse(text -> ids.put(driver, text), () -> ids.remove(driver));
        return Optional.of(ids.isEmpty() ? "" : JsonMapper.shared().writeValueAsString(ids));
    }

    private static SortedMap<String, String> parse(@Nullable String annotation) throws IOException {
        SortedMap<String, String> ids = new TreeMap<>();
        if (annotation == null || annotation.isEmpty()) {
            return ids;
        }
        try {
            Map<?, ?> parsed = JsonMapper.shared().readValue(annotation, Map.class);
            parsed.forEach((key, value) -> ids.put(String.valueOf(key), String.valueOf(value)));
            return ids;
        } catch (JacksonException e) {
            throw new IOException(
                    "failed to parse node's \"" + NODE_ID + "\" annotation value: " + annotation,
                    e);
        }
    }

    /**
     * Labels to add for a topology.
     *
     * @throws IOException when the node has another value: two drivers disagree where it is
     */
    static Map<String, String> labels(
            @Nullable Map<String, String> existing, Map<String, String> topology)
            throws IOException {
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, String> entry : topology.entrySet()) {
            String before = existing == null ? null : existing.get(entry.getKey());
            if (before == null) {
                labels.put(entry.getKey(), entry.getValue());
            } else if (!before.equals(entry.getValue())) {
                throw new IOException(
                        "detected topology value collision: driver reported \""
                                + entry.getKey()
                                + "\":\""
                                + entry.getValue()
                                + "\" but existing label is \""
                                + entry.getKey()
                                + "\":\""
                                + before
                                + "\"");
            }
        }
        return labels;
    }

    /** The drivers of the CSINode with one set; empty when nothing changes. */
    static Optional<List<CSINodeDriver>> with(
            List<CSINodeDriver> existing, String name, NodeInfo info) {
        CSINodeDriver wanted = driver(name, info);
        List<CSINodeDriver> drivers = new ArrayList<>();
        for (CSINodeDriver driver : existing) {
            if (!driver.getName().equals(name)) {
                drivers.add(driver);
            } else if (same(driver, wanted)) {
                return Optional.empty();
            }
        }
        drivers.add(wanted);
        return Optional.of(drivers);
    }

    /** The drivers of the CSINode without one; empty when nothing changes. */
    static Optional<List<CSINodeDriver>> without(List<CSINodeDriver> existing, String name) {
        List<CSINodeDriver> drivers =
                existing.stream().filter(d -> !d.getName().equals(name)).toList();
        return drivers.size() == existing.size() ? Optional.empty() : Optional.of(drivers);
    }

    private static CSINodeDriver driver(String name, NodeInfo info) {
        CSINodeDriverBuilder driver =
                new CSINodeDriverBuilder()
                        .withName(name)
                        .withNodeID(info.nodeId())
                        .withTopologyKeys(info.topology().keySet().stream().sorted().toList());
        if (info.maxVolumes() > 0) {
            driver.withNewAllocatable((int) Math.min(info.maxVolumes(), Integer.MAX_VALUE));
        }
        return driver.build();
    }

    private static boolean same(CSINodeDriver one, CSINodeDriver other) {
        return Objects.equals(one.getNodeID(), other.getNodeID())
                && new HashSet<>(one.getTopologyKeys())
                        .equals(new HashSet<>(other.getTopologyKeys()))
                && Objects.equals(count(one), count(other));
    }

    private static @Nullable Integer count(CSINodeDriver driver) {
        return driver.getAllocatable() == null ? null : driver.getAllocatable().getCount();
    }
}
