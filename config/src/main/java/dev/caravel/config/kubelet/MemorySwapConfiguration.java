package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/**
 * Use of swap by pods.
 *
 * @param swapBehavior how much of it
 */
public record MemorySwapConfiguration(SwapBehavior swapBehavior) {

    /** How much swap containers get. */
    public enum SwapBehavior implements WireName {
        /** Not chosen, same as {@link #NO_SWAP}. */
        UNSET(""),
        /** None. */
        NO_SWAP("NoSwap"),
        /** Burstable pods: a share in proportion to their memory request; cgroup v2 only. */
        LIMITED_SWAP("LimitedSwap");

        private final String wireName;

        SwapBehavior(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }
}
