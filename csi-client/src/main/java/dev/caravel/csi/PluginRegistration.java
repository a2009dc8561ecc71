package dev.caravel.csi;

/** The registration service of one plugin. Calls block for at most ten seconds. */
public interface PluginRegistration {

    /** Who it is. */
    PluginInfo info() throws CsiException, InterruptedException;

    /**
     * Tells it what came of its registration.
     *
     * @param error empty when it is registered
     */
    void notifyStatus(boolean registered, String error) throws CsiException, InterruptedException;
}
