package dev.caravel.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.event.EventRecorder;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.FrontendClaims.Conflict;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceKey;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectReportsTest {
    private static final Conflict CONFLICT =
            new Conflict(
                    new Frontend(IpAddress.literal("192.0.2.1"), Protocol.TCP, 80),
                    new ServiceKey("shop", "old"),
                    new ServiceKey("shop", "young"));

    private final List<String> events = new ArrayList<>();
    private final ObjectReports reports =
            new ObjectReports(
                    "n1",
                    new EventRecorder() {
                        @Override
                        public void event(
                                ObjectReference about,
                                String type,
                                String reason,
                                String message,
                                Map<String, String> annotations) {
                            events.add(
                                    type
                                            + " "
                                            + reason
                                            + " "
                                            + about.getKind()
                                            + " "
                                            + about.getName()
                                            + " "
                                            + message);
                        }

                        @Override
                        public void close() {}
                    });

    @Test
    void aConflictIsToldToTheLoserOnceAndAgainWhenItComesBack() {
        reports.conflicts(IpFamily.IPV4, List.of(CONFLICT));
        reports.conflicts(IpFamily.IPV4, List.of(CONFLICT));
        assertThat(events)
                .singleElement()
                .asString()
                .startsWith(
                        "Warning AddressConflict Service young node n1: 192.0.2.1:80/tcp is"
                                + " answered by Service shop/old");
        reports.conflicts(IpFamily.IPV4, List.of());
        reports.conflicts(IpFamily.IPV4, List.of(CONFLICT));
        assertThat(events).hasSize(2);
    }

    @Test
    void whatCannotBeUsedIsAnEventOfTheObject() {
        reports.about("EndpointSlice", "shop", "cart-1", "port 70000 is ignored: no such port");
        assertThat(events)
                .containsExactly(
                        "Warning InvalidEndpointSlice EndpointSlice cart-1 node n1: port 70000 is"
                                + " ignored: no such port");
    }
}
