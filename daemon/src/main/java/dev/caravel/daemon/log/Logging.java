package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The logging of this process: set up by {@link #start}, adjusted while running, closed at the end.
 */
public final class Logging implements AutoCloseable {
    /**
     * Libraries that trace whole messages: requests with tokens and Secrets, frames of CRI calls
     * with the environment of containers and registry passwords. They never log below WARN,
     * whatever {@code -v} and {@code --vmodule} say.
     */
    private static final List<String> DISCREET =
            List.of("io.fabric8", "io.grpc", "io.netty", "io.perfmark", "jdk", "java", "sun");

    private final LoggerContext context;
    private volatile int verbosity;

    private Logging(LoggerContext context) {
        this.context = context;
    }

    /**
     * Replaces whatever logging was set up before.
     *
     * @param environment of the process; {@code JOURNAL_STREAM} is read
     * @throws IOException when the log file cannot be opened
     */
    public static Logging start(LogSettings settings, Map<String, String> environment)
            throws IOException {
        FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);
        boolean journal = JournalStream.isStderr(environment, Path.of("/proc/self/fd/2"));
        return start(settings, journal, (bytes, length) -> stderr.write(bytes, 0, length));
    }

    static Logging start(LogSettings settings, boolean journal, LogSink stderr) throws IOException {
        Optional<RotatingFile> file = Optional.empty();
        if (settings.file().isPresent()) {
            file = Optional.of(new RotatingFile(settings.file().get()));
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logging logging = new Logging(context);
        LineAppender appender = new LineAppender(settings.format(), journal, stderr, file);
        attach(context, appender);
        if (!settings.modules().isEmpty()) {
            ModuleFilter filter = new ModuleFilter(settings.modules());
            filter.setContext(context);
            filter.start();
            context.addTurboFilter(filter);
        }
        logging.verbosity(settings.verbosity());
        JulBridge.install();
        return logging;
    }

    static void attach(LoggerContext context, LineAppender appender) {
        appender.setContext(context);
        appender.setName("lines");
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        DISCREET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }

    /** Whether a logger of this name must keep to warnings. */
    static boolean discreet(String logger) {
        return DISCREET.stream()
                .anyMatch(name -> logger.equals(name) || logger.startsWith(name + "."));
    }

    /** The verbosity now. */
    public int verbosity() {
        return verbosity;
    }

    /** Changes the verbosity at once ({@code PUT /debug/flags/v}). */
    public void verbosity(int newVerbosity) {
        verbosity = newVerbosity;
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
                .setLevel(Verbosity.threshold(newVerbosity));
    }

    /**
     * Ends logging; what is logged later is lost. Nothing is buffered, so nothing needs flushing.
     */
    @Override
    public void close() {
        context.stop();
    }
}
