package dev.caravel.kubelet.hook;

import dev.caravel.cri.Bytes;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.hook.HookOutcome.Done;
import dev.caravel.kubelet.hook.HookOutcome.Failed;
import dev.caravel.kubelet.hook.HookOutcome.OutOfTime;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs lifecycle hooks. Blocking; interrupt the thread to end one. */
public final class HookRunner {
    private static final Logger LOG = LoggerFactory.getLogger(HookRunner.class);

    /** Enough to see what went wrong; a hook may print without end. */
    private static final int MAX_OUTPUT = 10 << 10;

    private final Commands commands;
    private final EventSink events;
    private final Ticks ticks;
    private final HttpHook http;

    /** Runs commands in containers, as {@code ContainerRuntime::execSync} does. */
    @FunctionalInterface
    public interface Commands {
        /**
         * Runs a command and waits for it.
         *
         * @param timeout zero for none
         */
        ExecResult run(String containerId, List<String> command, Duration timeout);
    }

    /** Exec hooks run through {@code commands}. */
    public HookRunner(Commands commands, EventSink events, Ticks ticks) {
        this.commands = commands;
        this.events = events;
        this.ticks = ticks;
        this.http = new HttpHook(events);
    }

    /**
     * Runs a postStart hook to its end, however long that takes. When it fails the container is to
     * be killed, with the reason {@link Failed#POST_START_REASON}.
     */
    public HookOutcome postStart(HookTarget target, LifecycleHandler handler)
            throws InterruptedException {
        HookOutcome outcome = run(target, handler);
        if (outcome instanceof Failed) {
            tell(target, "FailedPostStartHook", "PostStartHook failed");
        }
        return outcome;
    }

    /**
     * Runs a preStop hook, at most as long as the container's grace lasts; the caller takes what it
     * took off the grace. The container is stopped whatever comes of it.
     */
    public HookOutcome preStop(HookTarget target, LifecycleHandler handler, Duration grace)
            throws InterruptedException {
        CompletableFuture<HookOutcome> result = new CompletableFuture<>();
        Thread hook =
                NamedThreads.start(
                        "hook/" + target.pod().fullName() + "/" + target.containerName(),
                        () -> complete(result, target, handler));
        try {
            HookOutcome outcome = result.get(grace.toNanos(), TimeUnit.NANOSECONDS);
            if (outcome instanceof Failed) {
                tell(target, "FailedPreStopHook", "PreStopHook failed");
            }
            return outcome;
        } catch (TimeoutException e) {
            LOG.atInfo()
                    .setMessage("PreStop hook not completed in grace period")
                    .addKeyValue("pod", target.pod())
                    .addKeyValue("containerName", target.containerName())
                    .addKeyValue("gracePeriod", grace)
                    .log();
            return new OutOfTime();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The preStop hook of " + target.pod() + " broke", e);
        } finally {
            hook.interrupt();
        }
    }

    private void complete(
            CompletableFuture<HookOutcome> result, HookTarget target, LifecycleHandler handler) {
        try {
            result.complete(run(target, handler));
        } catch (InterruptedException nobodyWaits) {
            result.complete(new OutOfTime());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private HookOutcome run(HookTarget target, LifecycleHandler handler)
            throws InterruptedException {
        String kind = "Lifecycle hook";
        try {
            if (handler.getExec() != null) {
                List<String> command = handler.getExec().getCommand();
                kind = "Exec lifecycle hook (" + goList(command) + ")";
                return exec(target, command, kind);
            }
            if (handler.getHttpGet() != null) {
                kind = "HTTP lifecycle hook (" + handler.getHttpGet().getPath() + ")";
                http.run(target, handler.getHttpGet());
                return new Done();
            }
            if (handler.getSleep() != null) {
                Long seconds = handler.getSleep().getSeconds();
                ticks.sleep(Duration.ofSeconds(seconds == null ? 0 : seconds));
                return new Done();
            }
            return failed(target, "Cannot run handler: invalid handler");
        } catch (HookException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("hook of " + target.pod() + " given up");
            }
            return failed(target, kind + where(target) + e.getMessage());
        }
    }

    private HookOutcome exec(HookTarget target, List<String> command, String kind)
            throws InterruptedException {
        try {
            // Upstream sets no timeout: a postStart may take as long as it needs.
            ExecResult result = commands.run(target.containerId(), command, Duration.ZERO);
            if (result.exitCode() == 0) {
                return new Done();
            }
            String error =
                    "command '"
                            + String.join(" ", command)
                            + "' exited with "
                            + result.exitCode()
                            + ": "
                            + text(result.stderr());
            String output = text(result.stdout()) + text(result.stderr());
            return failed(target, kind + where(target) + error + ", message: \"" + output + "\"");
        } catch (RuntimeCallException e) {
            if (e.isCancelled() && Thread.interrupted()) {
                throw new InterruptedException("hook of " + target.pod() + " given up");
            }
            return failed(target, kind + where(target) + e.detail() + ", message: \"\"");
        }
    }

    private static String where(HookTarget target) {
        return " for Container \""
                + target.containerName()
                + "\" in Pod \""
                + target.podText()
                + "\" failed - error: ";
    }

    private static HookOutcome failed(HookTarget target, String message) {
        LOG.atInfo()
                .setMessage("Lifecycle hook failed")
                .addKeyValue("pod", target.pod())
                .addKeyValue("containerName", target.containerName())
                .addKeyValue("err", message)
                .log();
        return new Failed(message);
    }

    private void tell(HookTarget target, String reason, String message) {
        events.event(target.pod(), target.fieldPath(), EventType.WARNING, reason, message);
    }

    private static String text(Bytes output) {
        String text = output.utf8();
        return text.length() <= MAX_OUTPUT ? text : text.substring(0, MAX_OUTPUT) + "…";
    }

    private static String goList(List<String> words) {
        return "[" + String.join(" ", words) + "]";
    }
}
