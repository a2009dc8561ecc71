package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** How changes of ConfigMaps and Secrets are noticed. */
public enum ChangeDetectionStrategy implements WireName {
    /** Each use asks the API server. */
    GET("Get"),
    /** Answers are kept for a while. */
    CACHE("Cache"),
    /** One watch an object in use. */
    WATCH("Watch");

    private final String wireName;

    ChangeDetectionStrategy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
