package dev.caravel.config.proxy;

import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagHelp;
import dev.caravel.config.flags.FlagSet;
import java.util.List;
import java.util.Set;

/** The texts of {@code --help}, one screen, and {@code --help-all}. */
final class KubeProxyHelp {

    private static final Set<String> SHOWN =
            Set.of(
                    "config",
                    "hostname-override",
                    "master",
                    "kubeconfig",
                    "proxy-mode",
                    "cluster-cidr",
                    "nodeport-addresses",
                    "write-config-to",
                    "cleanup",
                    "init-only",
                    "help",
                    "help-all",
                    "version",
                    "v");

    private KubeProxyHelp() {}

    static String oneScreen(FlagSet flags) {
        List<Flag> shown =
                flags.all().stream().filter(flag -> SHOWN.contains(flag.name())).toList();
        return head()
                + FlagHelp.lines(shown)
                + "\nEvery field of the configuration file has a flag too, used when there is no --config. See --help-all.\n";
    }

    static String everything(FlagSet flags) {
        return head() + FlagHelp.lines(flags.all());
    }

    private static String head() {
        return "Usage: kube-proxy [flags]\n\nCaravel, service proxy of Kubernetes "
                + KubernetesVersion.CURRENT
                + "\n\n";
    }
}
