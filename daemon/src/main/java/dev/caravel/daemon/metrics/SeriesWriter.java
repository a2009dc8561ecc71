package dev.caravel.daemon.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the Prometheus text format 0.0.4 straight to a stream, a few kilobytes in memory at a
 * time, so that thousands of container series cost no objects.
 */
public final class SeriesWriter {
    private static final int FLUSH_CHARS = 8192;

    /** The type on a family's {@code # TYPE} line. */
    public enum Type {
        COUNTER("counter"),
        GAUGE("gauge"),
        HISTOGRAM("histogram"),
        SUMMARY("summary");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    private final OutputStream out;
    private final StringBuilder text = new StringBuilder(FLUSH_CHARS + 1024);
    private String family = "";

    /** Writes to {@code out}; {@link #flush} at the end. */
    public SeriesWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins a family; the samples that follow are its own. */
    public SeriesWriter family(String name, Type type, String help) throws IOException {
        family = name;
        text.append("# HELP ").append(name).append(' ');
        escape(help, false);
        text.append("\n# TYPE ").append(name).append(' ').append(type.text).append('\n');
        flushIfFull();
        return this;
    }

    /**
     * Writes one sample.
     *
     * @param labels names and values in turn
     */
    public SeriesWriter sample(double value, String... labels) throws IOException {
        return sample("", value, 0, labels);
    }

    /** Writes one sample with the time it was taken, in milliseconds since the epoch. */
    public SeriesWriter sampleAt(double value, long timestampMillis, String... labels)
            throws IOException {
        return sample("", value, timestampMillis, labels);
    }

    /** Writes one sample named by the family and {@code suffix}, such as {@code _sum}. */
    public SeriesWriter suffixed(String suffix, double value, String... labels) throws IOException {
        return sample(suffix, value, 0, labels);
    }

    private SeriesWriter sample(String suffix, double value, long timestamp, String... labels)
            throws IOException {
        begin(suffix);
        for (int i = 0; i + 1 < labels.length; i += 2) {
            label(i == 0, labels[i], labels[i + 1]);
        }
        return end(labels.length > 0, value, timestamp);
    }

    void begin(String suffix) {
        text.append(family).append(suffix);
    }

    void label(boolean first, String name, String value) {
        text.append(first ? '{' : ',').append(name).append("=\"");
        escape(value, true);
        text.append('"');
    }

    SeriesWriter end(boolean labelled, double value, long timestamp) throws IOException {
        text.append(labelled ? "} " : " ");
        GoFloat.append(text, value);
        if (timestamp != 0) {
            text.append(' ').append(timestamp);
        }
        text.append('\n');
        flushIfFull();
        return this;
    }

    private void escape(String value, boolean quoted) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                text.append("\\\\");
            } else if (c == '\n') {
                text.append("\\n");
            } else if (c == '"' && quoted) {
                text.append("\\\"");
            } else {
                text.append(c);
            }
        }
    }

    private void flushIfFull() throws IOException {
        if (text.length() >= FLUSH_CHARS) {
            flush();
        }
    }

    /** Passes on what is buffered. */
    public void flush() throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
