package dev.caravel.proxy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceKey;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrontendClaimsTest {
    private static final long OLD = 1_000;
    private static final long NEW = 2_000;
    private static final ServiceKey A = new ServiceKey("ns", "a");
    private static final ServiceKey B = new ServiceKey("ns", "b");
    private static final ServiceKey C = new ServiceKey("ns", "c");
    private static final Set<Frontend> NONE = Set.of();
    private static final Set<Frontend> WEB =
            Set.of(new Frontend(IpAddress.literal("192.0.2.1"), Protocol.TCP, 80));
    private static final Frontend ADDRESS = WEB.iterator().next();

    private final FrontendClaims claims = new FrontendClaims();

    @Test
    void theOlderServiceHasItWhoeverComesFirst() {
        assertThat(claims.change(A, NEW, NONE, WEB, NONE).denied()).isEmpty();
        FrontendClaims.Outcome older = claims.change(B, OLD, NONE, WEB, NONE);
        assertThat(older.denied()).isEmpty();
        assertThat(older.affected()).containsExactly(A);
        assertThat(claims.holder(ADDRESS)).contains(B);
        assertThat(claims.change(A, NEW, WEB, WEB, NONE).denied()).isEqualTo(WEB);
        assertThat(claims.conflicts()).containsExactly(new FrontendClaims.Conflict(ADDRESS, B, A));
    }

    @Test
    void theFirstByNameOfEquallyOldOnesInheritsIt() {
        claims.change(B, OLD, NONE, WEB, NONE);
        claims.change(C, NEW, NONE, WEB, NONE);
        claims.change(A, NEW, NONE, WEB, NONE);
        assertThat(claims.change(B, OLD, WEB, NONE, NONE).affected()).containsExactly(A);
        assertThat(claims.change(A, NEW, WEB, WEB, NONE).denied()).isEmpty();
        assertThat(claims.change(A, NEW, WEB, NONE, NONE).affected()).containsExactly(C);
        assertThat(claims.conflicts()).isEmpty();
    }

    @Test
    void aClusterAddressBeatsAnExternalClaim() {
        claims.change(A, OLD, NONE, WEB, NONE);
        FrontendClaims.Outcome owner = claims.change(B, NEW, NONE, WEB, WEB);
        assertThat(owner.denied()).isEmpty();
        assertThat(owner.affected()).containsExactly(A);
        assertThat(claims.change(A, OLD, WEB, WEB, NONE).denied()).isEqualTo(WEB);
        assertThat(claims.change(C, NEW, NONE, WEB, WEB).denied()).isEqualTo(WEB);
    }

    @Test
    void whoLosesTheRightLosesTheAddress() {
        claims.change(B, NEW, NONE, WEB, WEB);
        claims.change(A, OLD, NONE, WEB, NONE);
        FrontendClaims.Outcome weaker = claims.change(B, NEW, WEB, WEB, NONE);
        assertThat(weaker.denied()).isEqualTo(WEB);
        assertThat(weaker.affected()).containsExactly(A);
    }

    @Test
    void whoGivesUpWaitingInheritsNothing() {
        claims.change(A, OLD, NONE, WEB, NONE);
        claims.change(B, NEW, NONE, WEB, NONE);
        claims.change(B, NEW, WEB, NONE, NONE);
        assertThat(claims.change(A, OLD, WEB, NONE, NONE).affected()).isEmpty();
        assertThat(claims.holder(ADDRESS)).isEmpty();
    }
}
