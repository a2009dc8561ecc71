package dev.caravel.daemon.api;

import dev.caravel.config.KubernetesVersion;
import java.time.Duration;

/**
 * How one client behaves.
 *
 * @param name in thread names and log lines, for example {@code main} or {@code heartbeat}
 * @param userAgent as upstream's daemon sends it
 * @param perSecond requests a second on average; zero or less for no limit ({@code kubeAPIQPS})
 * @param burst requests at once ({@code kubeAPIBurst})
 * @param timeout of one request with its answer; watches are not bound by it
 */
public record ApiSettings(
        String name, String userAgent, double perSecond, int burst, Duration timeout) {

    /**
     * The User-Agent of client-go.
     *
     * @param program {@code kubelet} or {@code kube-proxy}
     */
    public static String userAgent(String program) {
        return program
                + "/"
                + KubernetesVersion.CURRENT
                + " ("
                + KubernetesVersion.platform()
                + ") kubernetes/caravel";
    }
}
