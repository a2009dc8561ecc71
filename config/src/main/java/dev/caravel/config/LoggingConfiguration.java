package dev.caravel.config;

import java.time.Duration;
import java.util.List;

/**
 * The {@code logging} section both daemons share (component-base logs API v1).
 *
 * @param format line format
 * @param flushFrequency longest time a line may stay in a buffer
 * @param verbosity klog level, the {@code -v} flag; 0 to 10 in practice
 * @param vmodule verbosity of single source files, the {@code --vmodule} flag
 * @param options details of the formats
 */
public record LoggingConfiguration(
        Format format,
        Duration flushFrequency,
        int verbosity,
        List<VModuleItem> vmodule,
        Options options) {

    public LoggingConfiguration {
        vmodule = List.copyOf(vmodule);
    }

    /** How a log record becomes a line. */
    public enum Format implements WireName {
        /** klog's header, quoted message and {@code key="value"} pairs. */
        TEXT("text"),
        /** One JSON object a line. */
        JSON("json");

        private final String wireName;

        Format(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }

    /**
     * One entry of {@code vmodule}.
     *
     * @param filePattern file name without extension, with {@code *} and {@code ?}
     * @param verbosity klog level for the files that match
     */
    public record VModuleItem(String filePattern, int verbosity) {}

    /**
     * Details of the formats.
     *
     * @param text used when the format is text
     * @param json used when the format is JSON
     */
    public record Options(OutputRouting text, OutputRouting json) {}

    /**
     * Where lines go.
     *
     * @param splitStream whether info goes to stdout and errors to stderr, instead of all to stderr
     * @param infoBufferSize bytes of info lines held back when the stream is split; 0 means none
     */
    public record OutputRouting(boolean splitStream, Quantity infoBufferSize) {}
}
