package dev.caravel.kubelet.env;

import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.ServiceAddress;
import dev.caravel.kubelet.objects.ServiceAddress.ServicePort;
import dev.caravel.kubelet.objects.Services;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that the golden pods refer to. */
public final class TestObjects implements ConfigObjects {
    private TestObjects() {}

    public static ConfigObjects ofGolden() {
        return new TestObjects();
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name)
            throws ObjectUnavailableException {
        if (name.equals("forbidden")) {
            throw new ObjectUnavailableException("configmaps \"forbidden\" is forbidden");
        }
        return namespace.equals("shop") && name.equals("settings")
                ? Optional.of(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .withData(
                                        Map.of(
                                                "colour", "blue",
                                                "size", "$(colour)",
                                                "KEY.dot", "dotted"))
                                .build())
                : Optional.empty();
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return namespace.equals("shop") && name.equals("keys")
                ? Optional.of(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .withData(Map.of("token", "c2VjcmV0", "blob", "/wD+gA=="))
                                .build())
                : Optional.empty();
    }

    public static Services goldenServices() {
        ServiceAddress api =
                new ServiceAddress(
                        "default",
                        "kubernetes",
                        "10.96.0.1",
                        List.of(new ServicePort("https", "TCP", 443)));
        ServiceAddress db =
                new ServiceAddress(
                        "shop",
                        "cart-db",
                        "fd00:96::7",
                        List.of(
                                new ServicePort("sql-rw", "TCP", 5432),
                                new ServicePort("gossip", "UDP", 7000)));
        return new Services() {
            @Override
            public List<ServiceAddress> forNamespace(String namespace) {
                return switch (namespace) {
                    case "default" -> List.of(api);
                    case "shop" -> List.of(db);
                    default -> List.of();
                };
            }

            @Override
            public boolean synced() {
                return true;
            }
        };
    }

    public static MountedVolumes noVolumes() {
        return (pod, volume) -> Optional.empty();
    }

    public static SafeFiles noFiles() {
        return new SafeFiles(Kernel.files());
    }
}
