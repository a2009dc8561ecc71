package dev.caravel.proxy.apply;

import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.FrontendClaims;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The rules of one address family in the kernel. Belongs to one thread. Every method that fails
 * leaves the kernel as it was; {@link #converge} is the way back.
 */
public interface Dataplane {
    /** What its rules are called in log lines: {@code nftables}, {@code iptables}. */
    String name();

    /** Which addresses take node port traffic; takes effect at once if there are rules already. */
    void nodePorts(NodePortAddresses addresses) throws IOException;

    /** Where cluster addresses are given from; takes effect at once if there are rules already. */
    void serviceCidrs(List<IpPrefix> cidrs) throws IOException;

    /**
     * Brings the rules of some services to what they should be. What the kernel holds of others is
     * not looked at.
     *
     * @param dirty whose rules may differ
     * @param views what is wanted of a service; empty when it is gone
     */
    SyncOutcome update(Set<ServiceKey> dirty, Function<ServiceKey, Optional<ServiceView>> views)
            throws IOException;

    /**
     * Reads what the kernel holds and changes what differs from the views. Used at start, after a
     * failure, and now and then.
     *
     * @param views all services
     */
    SyncOutcome converge(List<ServiceView> views) throws IOException;

    /**
     * Compares the kernel with what it was given and repairs it.
     *
     * @return number of steps the repair took, 0 when nothing was wrong
     */
    int audit() throws IOException;

    /** The service that answers at an address and port; empty when none wants to. */
    Optional<ServiceKey> holder(Frontend frontend);

    /** Addresses and ports that several services want, as they were settled last. */
    List<FrontendClaims.Conflict> conflicts();

    /** Number of rules by table; empty where nobody counts rules. */
    Map<String, Integer> rules();

    /** Counts what others have changed in the kernel's tables, ours or not. */
    long foreignChanges() throws IOException;

    /** Whether something nothing uses any more waits for its deletion. */
    boolean hasGarbage();

    /** Deletes what nothing uses any more. */
    void sweep() throws IOException;
}
