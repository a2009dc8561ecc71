package dev.caravel.config.kubelet;

import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.TreeBuilder;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads and writes the sections nested in a KubeletConfiguration. */
final class KubeletSections {

    private KubeletSections() {}

    static KubeletAuthentication authentication(FieldReader in) {
        return new KubeletAuthentication(
                in.section(
                        "x509", x509 -> new KubeletAuthentication.X509(x509.text("clientCAFile"))),
                in.section(
                        "webhook",
                        webhook ->
                                new KubeletAuthentication.Webhook(
                                        webhook.bool("enabled"), webhook.duration("cacheTTL"))),
                in.section(
                        "anonymous",
                        anonymous ->
                                new KubeletAuthentication.Anonymous(anonymous.bool("enabled"))));
    }

    static void encode(KubeletAuthentication authentication, TreeBuilder out) {
        out.section(
                        "x509",
                        x509 ->
                                x509.putUnlessEmpty(
                                        "clientCAFile", authentication.x509().clientCAFile()))
                .section(
                        "webhook",
                        webhook ->
                                webhook.put("enabled", authentication.webhook().enabled())
                                        .put("cacheTTL", authentication.webhook().cacheTTL()))
                .section(
                        "anonymous",
                        anonymous ->
                                anonymous.put("enabled", authentication.anonymous().enabled()));
    }

    static KubeletAuthorization authorization(FieldReader in) {
        return new KubeletAuthorization(
                in.oneOf(
                        "mode",
                        KubeletAuthorization.Mode.values(),
                        KubeletAuthorization.Mode.WEBHOOK),
                in.section(
                        "webhook",
                        webhook ->
                                new KubeletAuthorization.Webhook(
                                        webhook.duration("cacheAuthorizedTTL"),
                                        webhook.duration("cacheUnauthorizedTTL"))));
    }

    static void encode(KubeletAuthorization authorization, TreeBuilder out) {
        out.put("mode", authorization.mode())
                .section(
                        "webhook",
                        webhook ->
                                webhook.put(
                                                "cacheAuthorizedTTL",
                                                authorization.webhook().cacheAuthorizedTTL())
                                        .put(
                                                "cacheUnauthorizedTTL",
                                                authorization.webhook().cacheUnauthorizedTTL()));
    }

    static MemorySwapConfiguration memorySwap(FieldReader in) {
        return new MemorySwapConfiguration(
                in.oneOf(
                        "swapBehavior",
                        MemorySwapConfiguration.SwapBehavior.values(),
                        MemorySwapConfiguration.SwapBehavior.UNSET));
    }

    static ShutdownGracePeriodByPodPriority shutdownGracePeriodByPodPriority(FieldReader in) {
        return new ShutdownGracePeriodByPodPriority(
                in.int32("priority"), in.int64("shutdownGracePeriodSeconds"));
    }

    static void encode(ShutdownGracePeriodByPodPriority band, TreeBuilder out) {
        out.put("priority", band.priority())
                .put("shutdownGracePeriodSeconds", band.shutdownGracePeriodSeconds());
    }

    static CrashLoopBackOffConfig crashLoopBackOff(FieldReader in) {
        return new CrashLoopBackOffConfig(in.optionalDuration("maxContainerRestartPeriod"));
    }

    static void encode(CrashLoopBackOffConfig backOff, TreeBuilder out) {
        out.ifPresent(
                backOff.maxContainerRestartPeriod(),
                (tree, period) -> tree.put("maxContainerRestartPeriod", period));
    }

    static MemoryReservation reservedMemory(FieldReader in) {
        return new MemoryReservation(in.int32("numaNode"), in.quantityMap("limits"));
    }

    static void encode(MemoryReservation reservation, TreeBuilder out) {
        out.put("numaNode", reservation.numaNode()).putAmounts("limits", reservation.limits());
    }

    static Taint registerWithTaints(FieldReader in) {
        in.refuse("timeAdded", "must not be set, the node controller does that");
        return new Taint(
                in.text("key"),
                in.text("value"),
                in.requiredOneOf("effect", Taint.Effect.values(), Taint.Effect.NO_SCHEDULE));
    }

    static void encode(Taint taint, TreeBuilder out) {
        out.put("key", taint.key())
                .putUnlessEmpty("value", taint.value())
                .put("effect", taint.effect());
    }

    static TracingConfiguration tracing(FieldReader in) {
        return new TracingConfiguration(
                in.optionalText("endpoint"), in.optionalInt32("samplingRatePerMillion"));
    }

    static void encode(TracingConfiguration tracing, TreeBuilder out) {
        out.ifPresent(tracing.endpoint(), (tree, endpoint) -> tree.put("endpoint", endpoint));
        OptionalInt rate = tracing.samplingRatePerMillion();
        if (rate.isPresent()) {
            out.put("samplingRatePerMillion", rate.getAsInt());
        }
    }

    static UserNamespaces userNamespaces(FieldReader in) {
        return new UserNamespaces(in.optionalInt64("idsPerPod"));
    }

    static void encode(UserNamespaces namespaces, TreeBuilder out) {
        OptionalLong ids = namespaces.idsPerPod();
        if (ids.isPresent()) {
            out.put("idsPerPod", ids.getAsLong());
        }
    }
}
