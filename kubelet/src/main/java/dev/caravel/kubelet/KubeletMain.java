package dev.caravel.kubelet;

import dev.caravel.config.Complaint;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.kubelet.agent.KubeletProcess;
import java.util.List;

/**
 * {@code kubelet}: what the command line asks for. Nothing is loaded for {@code --version} that it
 * does not need.
 */
public final class KubeletMain {

    private KubeletMain() {}

    public static void main(String[] args) {
        switch (KubeletSettings.load(args)) {
            case KubeletSettings.ShowVersion v -> System.out.print(v.text());
            case KubeletSettings.ShowHelp h -> System.out.print(h.text());
            case KubeletSettings.Rejected r -> reject(r.complaints());
            case KubeletSettings.Loaded loaded -> KubeletProcess.run(loaded);
        }
    }

    private static void reject(List<Complaint> complaints) {
        complaints.forEach(c -> System.err.println("Error: " + c));
        System.err.flush();
        Runtime.getRuntime().halt(1);
    }
}
