package dev.caravel.kubelet.pod;

import dev.caravel.config.GoJson;
import io.fabric8.kubernetes.api.model.Container;
import java.nio.charset.StandardCharsets;

/**
 * The container hash that upstream's kubelet writes into annotation {@code
 * io.kubernetes.container.hash}. A running container whose annotation differs from its spec's hash
 * is killed and started anew, so a kubelet that takes over a node must reproduce it to the bit
 * (contract §4.5).
 */
public final class ContainerHash {

    private static final int FNV_32_OFFSET = 0x811c9dc5;
    private static final int FNV_32_PRIME = 0x01000193;

    private ContainerHash() {}

    /** Lower hex, not padded. Only name and image matter. */
    public static String of(Container container) {
        return of(container.getName(), container.getImage());
    }

    static String of(String name, String image) {
        byte[] json =
                ("{\"image\":" + GoJson.quote(image) + ",\"name\":" + GoJson.quote(name) + "}")
                        .getBytes(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder("([]uint8)[");
        for (int i = 0; i < json.length; i++) {
            if (i > 0) {
                text.append(' ');
            }
            text.append(json[i] & 0xff);
        }
        return Integer.toHexString(
                fnv32a(text.append(']').toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static int fnv32a(byte[] bytes) {
        int hash = FNV_32_OFFSET;
        for (byte b : bytes) {
            hash ^= b & 0xff;
            hash *= FNV_32_PRIME;
        }
        return hash;
    }
}
