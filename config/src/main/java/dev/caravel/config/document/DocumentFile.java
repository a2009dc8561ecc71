package dev.caravel.config.document;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One configuration file, read and held against its kind: every value has its type, every field is
 * known.
 *
 * @param root its fields; empty when it could not be read
 * @param errors why it cannot be used
 * @param unknownFields fields that nobody knows
 * @param duplicates fields written twice
 * @param warnings other things to know
 */
public record DocumentFile(
        Node.Fields root,
        List<Complaint> errors,
        List<Complaint> unknownFields,
        List<Complaint> duplicates,
        List<Warning> warnings) {

    /** How strictly a file is held against its kind. */
    public enum Rigour {
        /** Unknown and repeated fields are warnings, so that a file for a newer release loads. */
        LENIENT,
        /** Repeated fields are errors, as in drop-ins. */
        NO_DUPLICATES,
        /** Repeated and unknown fields are errors. */
        STRICT
    }

    /**
     * Reads {@code file}.
     *
     * @param apiVersion the {@code apiVersion} it must have
     * @param kind the {@code kind} it must have
     * @param decoder reads every field of the kind; what it makes is thrown away
     */
    public static DocumentFile read(
            Path file, String apiVersion, String kind, Consumer<FieldReader> decoder) {
        try {
            return of(file.toString(), text(file), apiVersion, kind, decoder);
        } catch (CharacterCodingException notText) {
            return unusable(file, "is not UTF-8 text");
        } catch (NoSuchFileException missing) {
            return unusable(file, "does not exist");
        } catch (IOException failed) {
            return unusable(file, "cannot be read: " + failed.getMessage());
        }
    }

    /**
     * The same for a text without file; {@code apiVersion} and {@code kind} may be left out of it.
     */
    public static DocumentFile ofText(
            String text, String apiVersion, String kind, Consumer<FieldReader> decoder) {
        Node.Fields head =
                Node.Fields.empty(Origin.DEFAULT)
                        .with("apiVersion", new Node.Text(apiVersion, Origin.DEFAULT))
                        .with("kind", new Node.Text(kind, Origin.DEFAULT));
        YamlReader.Outcome outcome =
                text.isBlank()
                        ? new YamlReader.Outcome.Document(head, List.of(), List.of())
                        : YamlReader.read("text", text);
        return switch (outcome) {
            case YamlReader.Outcome.Unreadable(Complaint complaint) -> unusable(complaint);
            case YamlReader.Outcome.Document(var root, var duplicates, var warnings) ->
                    checked(
                            new YamlReader.Outcome.Document(head.merge(root), duplicates, warnings),
                            apiVersion,
                            kind,
                            decoder);
        };
    }

    private static DocumentFile of(
            String name,
            String text,
            String apiVersion,
            String kind,
            Consumer<FieldReader> decoder) {
        return switch (YamlReader.read(name, text)) {
            case YamlReader.Outcome.Unreadable(Complaint complaint) -> unusable(complaint);
            case YamlReader.Outcome.Document document ->
                    checked(document, apiVersion, kind, decoder);
        };
    }

    private static DocumentFile checked(
            YamlReader.Outcome.Document document,
            String apiVersion,
            String kind,
            Consumer<FieldReader> decoder) {
        Findings findings = new Findings();
        expect(document.root(), "apiVersion", apiVersion, findings);
        expect(document.root(), "kind", kind, findings);
        FieldReader reader = new FieldReader(document.root(), findings);
        reader.ignore("apiVersion", "kind");
        decoder.accept(reader);
        reader.finish();
        return new DocumentFile(
                document.root(),
                findings.errors(),
                findings.unknownFields(),
                document.duplicates(),
                document.warnings());
    }

    /** The errors under {@code rigour}. */
    public List<Complaint> errors(Rigour rigour) {
        List<Complaint> all = new ArrayList<>(errors);
        if (rigour != Rigour.LENIENT) {
            all.addAll(duplicates);
        }
        if (rigour == Rigour.STRICT) {
            all.addAll(unknownFields);
        }
        return all;
    }

    /** The warnings under {@code rigour}. */
    public List<Warning> warnings(Rigour rigour) {
        List<Warning> all = new ArrayList<>(warnings);
        unknownFields.forEach(field ->
                all.add(
                        new Warning(
                                field.origin(),
                                field.field() + " " + field.problem() + "; ignored")));
        if (rigour == Rigour.LENIENT) {
            duplicates.forEach(field ->
                    all.add(
                            new Warning(
                                    field.origin(),
                                    field.field() + " " + field.problem() + "; this one counts")));
        }
        return all;
    }

    private static void expect(Node.Fields root, String field, String wanted, Findings findings) {
        Node value = root.fields().getOrDefault(field, new Node.Null(root.origin()));
        if (!(value instanceof Node.Text text && text.value().equals(wanted))) {
            findings.reject(field, value, "must be " + wanted);
        }
    }

    /** Never more than the limit, whatever the file claims about its size. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(YamlReader.LARGEST_FILE + 1);
            if (bytes.length > YamlReader.LARGEST_FILE) {
                throw new IOException(
                        "larger than the limit of " + YamlReader.LARGEST_FILE + " bytes");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static DocumentFile unusable(Path file, String problem) {
        return unusable(Complaint.about(new Origin.WholeFile(file.toString()), problem));
    }

    private static DocumentFile unusable(Complaint complaint) {
        return new DocumentFile(
                Node.Fields.empty(complaint.origin()),
                List.of(complaint),
                List.of(),
                List.of(),
                List.of());
    }
}
