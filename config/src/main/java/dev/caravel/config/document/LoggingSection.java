package dev.caravel.config.document;

import dev.caravel.config.LoggingConfiguration;
import dev.caravel.config.LoggingConfiguration.Format;
import dev.caravel.config.LoggingConfiguration.Options;
import dev.caravel.config.LoggingConfiguration.OutputRouting;
import dev.caravel.config.LoggingConfiguration.VModuleItem;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagKind;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.TreeBuilder;
import java.util.List;

/**
 * The {@code logging} section of both kinds: fields, defaults, flags, rules (component-base logs
 * API v1).
 */
public final class LoggingSection {

    private LoggingSection() {}

    /** Fills in defaults. */
    public static void fill(Defaults defaults) {
        defaults.whenEmpty("logging.format", "text")
                .whenZeroDuration("logging.flushFrequency", "5s")
                .whenAbsent("logging.verbosity", 0)
                .whenAbsent("logging.options.text.infoBufferSize", "0")
                .whenAbsent("logging.options.json.infoBufferSize", "0");
    }

    /** Reads the section. */
    public static LoggingConfiguration decode(FieldReader in) {
        return new LoggingConfiguration(
                in.oneOf("format", Format.values(), Format.TEXT),
                in.durationOrNanos("flushFrequency"),
                in.level("verbosity"),
                in.sections("vmodule", LoggingSection::vmodule),
                in.section("options", LoggingSection::options));
    }

    private static VModuleItem vmodule(FieldReader in) {
        return new VModuleItem(in.text("filePattern"), in.level("verbosity"));
    }

    private static Options options(FieldReader in) {
        return new Options(
                in.section("text", LoggingSection::routing),
                in.section("json", LoggingSection::routing));
    }

    private static OutputRouting routing(FieldReader in) {
        return new OutputRouting(in.bool("splitStream"), in.quantity("infoBufferSize"));
    }

    /** Writes the section. */
    public static void encode(LoggingConfiguration logging, TreeBuilder out) {
        out.put("format", logging.format())
                .put("flushFrequency", logging.flushFrequency())
                .put("verbosity", logging.verbosity())
                .sectionsUnlessEmpty(
                        "vmodule",
                        logging.vmodule(),
                        (item, section) ->
                                section.put("filePattern", item.filePattern())
                                        .put("verbosity", item.verbosity()))
                .section(
                        "options",
                        options ->
                                options.section(
                                                "text",
                                                text -> encode(logging.options().text(), text))
                                        .section(
                                                "json",
                                                json -> encode(logging.options().json(), json)));
    }

    private static void encode(OutputRouting routing, TreeBuilder out) {
        out.putUnlessFalse("splitStream", routing.splitStream())
                .put("infoBufferSize", routing.infoBufferSize().toString());
    }

    /** The flags that set fields of the section. */
    public static List<Flag> flags() {
        return List.of(
                Flag.forField("v", FlagKind.LEVEL, "logging.verbosity"),
                Flag.forField("vmodule", FlagKind.VMODULE, "logging.vmodule"),
                Flag.forField("log-flush-frequency", FlagKind.DURATION, "logging.flushFrequency"),
                Flag.forField("logging-format", FlagKind.STRING, "logging.format"),
                Flag.forField(
                        "log-text-split-stream", FlagKind.BOOL, "logging.options.text.splitStream"),
                Flag.forField(
                        "log-text-info-buffer-size",
                        FlagKind.QUANTITY,
                        "logging.options.text.infoBufferSize"),
                Flag.forField(
                        "log-json-split-stream", FlagKind.BOOL, "logging.options.json.splitStream"),
                Flag.forField(
                        "log-json-info-buffer-size",
                        FlagKind.QUANTITY,
                        "logging.options.json.infoBufferSize"));
    }

    /** Checks the section's rules. */
    public static void check(LoggingConfiguration logging, FeatureGates gates, Violations out) {
        out.unlessPositive("logging.flushFrequency", logging.flushFrequency());
        boolean json = logging.format() == Format.JSON;
        out.when(
                json && !gates.enabled(Gate.LoggingBetaOptions),
                "logging.format",
                "needs the feature gate LoggingBetaOptions");
        out.when(
                json && !logging.vmodule().isEmpty(),
                "logging.vmodule",
                "works with the text format only");
        for (int at = 0; at < logging.vmodule().size(); at++) {
            String pattern = logging.vmodule().get(at).filePattern();
            String path = "logging.vmodule[" + at + "].filePattern";
            out.when(pattern.isEmpty(), path, "must not be empty");
            out.when(
                    pattern.indexOf('=') >= 0 || pattern.indexOf(',') >= 0,
                    path,
                    "must not hold an equals sign or comma");
        }
        if (!gates.enabled(Gate.LoggingAlphaOptions)) {
            check("logging.options.text.", logging.options().text(), out);
            check("logging.options.json.", logging.options().json(), out);
        }
    }

    private static void check(String path, OutputRouting routing, Violations out) {
        String problem = "needs the feature gate LoggingAlphaOptions";
        out.when(routing.splitStream(), path + "splitStream", problem);
        out.when(routing.infoBufferSize().signum() != 0, path + "infoBufferSize", problem);
    }
}
