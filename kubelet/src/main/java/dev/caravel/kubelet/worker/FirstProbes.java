package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.probe.ProbeVerdict;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Notes in the timeline when the probes of each container first were content. */
final class FirstProbes {

    private final Set<String> noted = new HashSet<>();

    Timeline note(PodSnapshot s, Timeline timeline) {
        Timeline result = timeline;
        for (PodContainer c : PodContainer.all(s.pod())) {
            Optional<ObservedContainer> running =
                    s.observed().newest(c.name()).filter(ObservedContainer::isRunning);
            if (running.isEmpty()) {
                continue;
            }
            Instant since = running.get().status().startedAt().orElse(running.get().createdAt());
            Optional<ProbeVerdict> verdict = s.verdict(c.name(), running.get().id());
            if (c.spec().getStartupProbe() != null
                    && verdict.filter(ProbeVerdict::started).isPresent()) {
                result = once("startup probe " + c.name(), since, s.now(), result);
            }
            if (c.spec().getReadinessProbe() != null
                    && verdict.filter(ProbeVerdict::ready).isPresent()) {
                result = once("readiness probe " + c.name(), since, s.now(), result);
            }
        }
        return result;
    }

    private Timeline once(String name, Instant since, Instant now, Timeline timeline) {
        return noted.add(name)
                ? timeline.with(name, since, now, true, java.util.List.of())
                : timeline;
    }
}
