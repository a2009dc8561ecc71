package dev.caravel.daemon.log;

import java.util.List;
import java.util.Optional;

/**
 * Where and how to log.
 *
 * @param verbosity {@code -v}: up to 3 information, 4 and 5 debugging, from 6 on every request
 * @param modules {@code --vmodule}
 * @param file {@code --log-file}
 */
public record LogSettings(
        LogFormat format, int verbosity, List<ModuleVerbosity> modules, Optional<LogFile> file) {
    public LogSettings {
        modules = List.copyOf(modules);
    }

    /** Text on stderr at {@code -v=verbosity}. */
    public static LogSettings text(int verbosity) {
        return new LogSettings(LogFormat.TEXT, verbosity, List.of(), Optional.empty());
    }
}
