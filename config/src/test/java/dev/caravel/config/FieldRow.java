package dev.caravel.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeWriter;
import dev.caravel.config.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of a field table: what a test knows about one field. The tables are how a field cannot be
 * forgotten: each record component must have a line, each line is checked three ways.
 *
 * @param path field, with dots between section and field
 * @param defaultJson value of a configuration that does not set it; {@code -} when it is left out
 * @param other a value that must be taken over; {@code -} when there is none
 * @param rejected a value that must be refused
 * @param needs YAML of other fields without which {@code other} would be refused
 */
public record FieldRow(
        String path, String defaultJson, String other, String rejected, String needs) {

    /** The lines of a table. */
    public static List<FieldRow> read(String resource) throws IOException {
        return lines(resource).stream().map(FieldRow::of).toList();
    }

    /** The lines of a resource that are no comments. */
    public static List<String> lines(String resource) throws IOException {
        try (InputStream in = FieldRow.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static FieldRow of(String line) {
        String[] cells = line.split(" ; ", -1);
        assertThat(cells).as(line).hasSizeBetween(4, 5);
        return new FieldRow(
                cells[0], cells[1], cells[2], cells[3], cells.length == 5 ? cells[4] : "");
    }

    /** A document that sets the field to {@code value}, and what that needs. */
    public String document(String value) {
        StringBuilder yaml = new StringBuilder(needs.isEmpty() ? "" : needs + "\n");
        String[] names = path.split("\\.", -1);
        for (String section : List.of(names).subList(0, names.length - 1)) {
            yaml.append(section).append(": {");
        }
        return yaml.append(names[names.length - 1])
                .append(": ")
                .append(value)
                .append("}".repeat(names.length - 1))
                .toString();
    }

    /** The field's value in a JSON document; {@code -} when it is left out. */
    public String in(String json) {
        Node.Fields section = root(json);
        String[] names = path.split("\\.", -1);
        for (String name : List.of(names).subList(0, names.length - 1)) {
            if (!(section.fields().get(name) instanceof Node.Fields inner)) {
                return "-";
            }
            section = inner;
        }
        return Optional.ofNullable(section.fields().get(names[names.length - 1]))
                .map(TreeWriter::json)
                .orElse("-");
    }

    /** A YAML value as JSON. */
    public static String json(String yaml) {
        return TreeWriter.json(root("value: " + yaml).find("value").orElseThrow());
    }

    private static Node.Fields root(String text) {
        YamlReader.Outcome outcome = YamlReader.read("text", text);
        assertThat(outcome).as(text).isInstanceOf(YamlReader.Outcome.Document.class);
        return ((YamlReader.Outcome.Document) outcome).root();
    }

    /** The paths of all fields of a record and the records inside it. */
    public static List<String> paths(Class<?> record) {
        List<String> paths = new ArrayList<>();
        collect(record, "", paths);
        return paths;
    }

    private static void collect(Class<?> record, String prefix, List<String> paths) {
        for (RecordComponent component : record.getRecordComponents()) {
            Class<?> type = section(component);
            String path = prefix + component.getName();
            if (type.isRecord() && type != Quantity.class) {
                collect(type, path + ".", paths);
            } else {
                paths.add(path);
            }
        }
    }

    private static Class<?> section(RecordComponent component) {
        if (component.getType() == Optional.class) {
            Type inner =
                    ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return (Class<?>) inner;
        }
        return component.getType();
    }

    /** The component at the path of a configuration record. */
    public Object valueIn(Object record) throws ReflectiveOperationException {
        Object value = record;
        for (String name : path.split("\\.", -1)) {
            if (value instanceof Optional<?> optional) {
                if (optional.isEmpty()) {
                    return optional;
                }
                value = optional.get();
            }
            value = value.getClass().getMethod(name).invoke(value);
        }
        return value;
    }

    @Override
    public String toString() {
        return path;
    }
}
