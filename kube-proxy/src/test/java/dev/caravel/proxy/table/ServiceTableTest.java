package dev.caravel.proxy.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTableTest {
    private static final ServiceKey CART = new ServiceKey("shop", "cart");
    private static final NodeFacts NODE = new NodeFacts("n1", "");

    private final ServiceTable table = new ServiceTable();

    @Test
    void reportsWhatChangedOnce() {
        assertThat(table.put(Samples.service().build())).isTrue();
        assertThat(table.put(Samples.slice().endpoint("10.0.0.1").build())).isTrue();
        assertThat(table.pendingServiceChanges()).isEqualTo(1);
        assertThat(table.pendingEndpointChanges()).isEqualTo(1);
        ServiceTable.Changes changes = table.takeChanges();
        assertThat(changes.services()).containsExactly(CART);
        assertThat(table.takeChanges().isEmpty()).isTrue();
        assertThat(table.pendingServiceChanges()).isZero();
    }

    @Test
    void sameContentIsNoChange() {
        table.put(Samples.service().build());
        table.put(Samples.slice().endpoint("10.0.0.1").build());
        table.takeChanges();
        assertThat(table.put(Samples.service().build())).isFalse();
        assertThat(table.put(Samples.slice().endpoint("10.0.0.1").build())).isFalse();
        assertThat(table.removeSlice(CART, "unknown")).isFalse();
        assertThat(table.remove(new ServiceKey("shop", "unknown"))).isFalse();
        assertThat(table.takeChanges().isEmpty()).isTrue();
    }

    @Test
    void aSliceMayComeBeforeItsService() {
        table.put(Samples.slice().endpoint("10.0.0.1").build());
        assertThat(table.view(CART, NODE)).isEmpty();
        table.put(Samples.service().build());
        assertThat(table.view(CART, NODE).orElseThrow().endpoints().getFirst().cluster())
                .hasSize(1);
    }

    @Test
    void slicesOutliveTheirServiceAndItsReturn() {
        table.put(Samples.service().build());
        table.put(Samples.slice().endpoint("10.0.0.1").build());
        table.remove(CART);
        assertThat(table.size()).isZero();
        assertThat(table.keys()).isEmpty();
        assertThat(table.slices(CART)).hasSize(1);
        table.put(Samples.service().build());
        assertThat(table.view(CART, NODE).orElseThrow().endpoints().getFirst().any()).isTrue();
        table.removeSlice(CART, "cart-1");
        assertThat(table.view(CART, NODE).orElseThrow().endpoints().getFirst().any()).isFalse();
    }

    @Test
    void remembersWhenChangesBegan() {
        Instant began = Instant.parse("2026-11-24T08:00:00Z");
        SliceEntry slice = Samples.slice().endpoint("10.0.0.1").build();
        table.put(
                new SliceEntry(
                        slice.service(),
                        slice.name(),
                        slice.ports(),
                        slice.endpoints(),
                        Optional.of(began)));
        assertThat(table.takeChanges().triggers()).isEqualTo(List.of(began));
        assertThat(table.takeChanges().triggers()).isEmpty();
    }
}
