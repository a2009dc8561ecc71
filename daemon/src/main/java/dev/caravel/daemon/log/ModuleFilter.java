package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * {@code --vmodule}: the first pattern that matches a logger decides for it. Only there when used.
 */
final class ModuleFilter extends TurboFilter {
    private final List<ModuleVerbosity> modules;
    private final Map<String, Level> known = new ConcurrentHashMap<>();

    ModuleFilter(List<ModuleVerbosity> modules) {
        this.modules = modules;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        Level threshold = known.computeIfAbsent(logger.getName(), this::threshold);
        if (threshold == Level.OFF) {
            return FilterReply.NEUTRAL;
        }
        return level.isGreaterOrEqual(threshold) ? FilterReply.ACCEPT : FilterReply.NEUTRAL;
    }

    private Level threshold(String loggerName) {
        if (Logging.discreet(loggerName)) {
            return Level.OFF;
        }
        for (ModuleVerbosity module : modules) {
            if (module.matches(loggerName)) {
                return Verbosity.threshold(module.verbosity());
            }
        }
        return Level.OFF;
    }
}
