package dev.caravel.proxy.server;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.watch.FamilyEntries;
import dev.caravel.proxy.watch.FamilySlice;
import dev.caravel.proxy.watch.ServiceMapping;
import dev.caravel.proxy.watch.SliceMapping;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The watches of kube-proxy.md §3.1, each feeding {@link Families}. */
public final class ClusterWatches implements AutoCloseable {
    private static final String NOT_OURS = "!service.kubernetes.io/service-proxy-name";
    private static final String HEADLESS = "!service.kubernetes.io/headless";

    private final List<Watched<?>> watches = new ArrayList<>();

    /**
     * Starts watching.
     *
     * @param serviceCidrs whether the ranges of cluster addresses matter
     */
    public ClusterWatches(
            ApiClient api,
            Families families,
            ServiceMapping services,
            SliceMapping slices,
            boolean serviceCidrs) {
        watches.add(
                api.watch(
                        WatchSpec.of("services", Service.class, "/api/v1/services")
                                .withLabels(NOT_OURS)
                                .withFields("spec.clusterIP!=None")
                                .keeping(services::map),
                        new Services(families)));
        watches.add(
                api.watch(
                        WatchSpec.of(
                                        "endpointslices",
                                        EndpointSlice.class,
                                        "/apis/discovery.k8s.io/v1/endpointslices")
                                .withLabels(HEADLESS)
                                .keeping(slices::map),
                        new Slices(families)));
        if (serviceCidrs) {
            watches.add(
                    api.watch(
                            WatchSpec.of(
                                            "servicecidrs",
                                            ServiceCIDR.class,
                                            "/apis/networking.k8s.io/v1/servicecidrs")
                                    .keeping(ClusterWatches::cidrs),
                            new Cidrs(families)));
        }
    }

    private static Optional<List<IpPrefix>> cidrs(ServiceCIDR object) {
        List<String> texts = object.getSpec() == null ? List.of() : object.getSpec().getCidrs();
        return Optional.of(texts.stream().map(IpPrefix::parse).flatMap(Optional::stream).toList());
    }

    private static ServiceKey key(String watchKey) {
        int slash = watchKey.indexOf('/');
        return new ServiceKey(watchKey.substring(0, slash), watchKey.substring(slash + 1));
    }

    private record Services(Families families) implements WatchListener<FamilyEntries> {
        @Override
        public void onPut(String key, FamilyEntries entries) {
            families.put(key(key), entries);
        }

        @Override
        public void onRemove(String key, FamilyEntries last) {
            families.remove(key(key));
        }

        @Override
        public void onSynced() {
            families.servicesKnown();
        }
    }

    private record Slices(Families families) implements WatchListener<FamilySlice> {
        @Override
        public void onPut(String key, FamilySlice slice) {
            families.put(slice);
        }

        @Override
        public void onRemove(String key, FamilySlice last) {
            families.remove(last);
        }

        @Override
        public void onSynced() {
            families.slicesKnown();
        }
    }

    private static final class Cidrs implements WatchListener<List<IpPrefix>> {
        private final Families families;
        private final TreeMap<String, List<IpPrefix>> known = new TreeMap<>();

        Cidrs(Families families) {
            this.families = families;
        }

        @Override
        public void onPut(String key, List<IpPrefix> cidrs) {
            known.put(key, cidrs);
            tell();
        }

        @Override
        public void onRemove(String key, List<IpPrefix> last) {
            known.remove(key);
            tell();
        }

        private void tell() {
            families.serviceCidrs(
                    known.values().stream()
                            .flatMap(List::stream)
                            .distinct()
                            .sorted(ORDER)
                            .toList());
        }

        private static final Comparator<IpPrefix> ORDER =
                Comparator.comparing(IpPrefix::base).thenComparingInt(IpPrefix::length);
    }

    @Override
    public void close() {
        watches.forEach(Watched::close);
    }
}
