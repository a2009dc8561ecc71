package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/**
 * A taint the node carries from its registration on.
 *
 * @param key qualified name
 * @param value label value, may be empty
 * @param effect what it does to pods that do not tolerate it
 */
public record Taint(String key, String value, Effect effect) {

    /** What a taint does to pods that do not tolerate it. */
    public enum Effect implements WireName {
        /** Keeps new ones away. */
        NO_SCHEDULE("NoSchedule"),
        /** Keeps new ones away when there is another node. */
        PREFER_NO_SCHEDULE("PreferNoSchedule"),
        /** Keeps new ones away and evicts running ones. */
        NO_EXECUTE("NoExecute");

        private final String wireName;

        Effect(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }
}
