package dev.caravel.config.kubelet;

import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagHelp;
import dev.caravel.config.flags.FlagSet;
import java.util.List;

/** The texts of {@code --help}, one screen, and {@code --help-all}. */
final class KubeletHelp {

    private KubeletHelp() {}

    static String oneScreen(FlagSet flags) {
        return head()
                + FlagHelp.lines(
                        flags.all().stream()
                                .filter(flag ->
                                        flag.field().isEmpty() && flag.deprecation().isEmpty())
                                .toList())
                + "  -v, --v level                             log detail, 0 to 10\n"
                + "\nEvery field of the configuration file has a flag too; flags win over files. See --help-all.\n";
    }

    static String everything(FlagSet flags) {
        List<Flag> all = flags.all();
        return head() + FlagHelp.lines(all);
    }

    private static String head() {
        return "Usage: kubelet [flags]\n\nCaravel, node agent of Kubernetes "
                + KubernetesVersion.CURRENT
                + "\n\n";
    }
}
