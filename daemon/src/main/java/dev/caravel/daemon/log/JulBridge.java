package dev.caravel.daemon.log;

import java.text.MessageFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Passes on what gRPC and the JDK log through java.util.logging, so that all lines look alike. */
final class JulBridge extends Handler {
    /** Takes the place of every other handler of java.util.logging. */
    static void install() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(new JulBridge());
        root.setLevel(Level.WARNING); // their INFO is not the operator's
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName();
        org.slf4j.Logger target = LoggerFactory.getLogger(name == null ? "java" : name);
        boolean severe = record.getLevel().intValue() >= Level.SEVERE.intValue();
        LoggingEventBuilder event = severe ? target.atError() : target.atWarn();
        event = event.setMessage(text(record));
        if (record.getThrown() != null) {
            event = event.setCause(record.getThrown());
        }
        event.log();
    }

    private static String text(LogRecord record) {
        String message = String.valueOf(record.getMessage());
        @Nullable Object[] parameters = record.getParameters();
        if (parameters == null || parameters.length == 0) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException e) {
            return message; // braces of its own
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
