package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.KeyMaterial;
import java.util.Optional;

/** Who we are to the API server, at this moment. Asked for each request and each handshake. */
interface Identity {
    /** The value of the Authorization header. */
    Optional<String> authorization();

    /** The client certificate. */
    Optional<KeyMaterial> certificate();

    /** The server answered 401: what was fetched from elsewhere must be fetched again. */
    void rejected();
}
