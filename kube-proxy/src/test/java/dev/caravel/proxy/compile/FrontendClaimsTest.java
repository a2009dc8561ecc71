package dev.caravel.proxy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceKey;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrontendClaimsTest {
    private static final ServiceKey A = new ServiceKey("ns", "a");
    private static final ServiceKey B = new ServiceKey("ns", "b");
    private static final ServiceKey C = new ServiceKey("ns", "c");
    private static final Set<Frontend> NONE = Set.of();
    private static final Set<Frontend> WEB =
            Set.of(new Frontend(IpAddress.literal("192.0.2.1"), Protocol.TCP, 80));
    private static final Frontend ADDRESS = WEB.iterator().next();

    private final FrontendClaims claims = new FrontendClaims();

    @Test
    void whoHasAnAddressKeepsIt() {
        assertThat(claims.change(B, NONE, WEB, NONE).denied()).isEmpty();
        FrontendClaims.Outcome later = claims.change(A, NONE, WEB, NONE);
        assertThat(later.denied()).isEqualTo(WEB);
        assertThat(later.affected()).isEmpty();
        assertThat(claims.holder(ADDRESS)).contains(B);
    }

    @Test
    void theFirstByNameInheritsIt() {
        claims.change(B, NONE, WEB, NONE);
        claims.change(C, NONE, WEB, NONE);
        claims.change(A, NONE, WEB, NONE);
        assertThat(claims.change(B, WEB, NONE, NONE).affected()).containsExactly(A);
        assertThat(claims.change(A, WEB, WEB, NONE).denied()).isEmpty();
        assertThat(claims.change(A, WEB, NONE, NONE).affected()).containsExactly(C);
    }

    @Test
    void aClusterAddressBeatsAnExternalClaim() {
        claims.change(A, NONE, WEB, NONE);
        FrontendClaims.Outcome owner = claims.change(B, NONE, WEB, WEB);
        assertThat(owner.denied()).isEmpty();
        assertThat(owner.affected()).containsExactly(A);
        assertThat(claims.change(A, WEB, WEB, NONE).denied()).isEqualTo(WEB);
        assertThat(claims.change(C, NONE, WEB, WEB).denied()).isEqualTo(WEB);
    }

    @Test
    void whoGivesUpWaitingInheritsNothing() {
        claims.change(A, NONE, WEB, NONE);
        claims.change(B, NONE, WEB, NONE);
        claims.change(B, WEB, NONE, NONE);
        assertThat(claims.change(A, WEB, NONE, NONE).affected()).isEmpty();
        assertThat(claims.holder(ADDRESS)).isEmpty();
    }
}
