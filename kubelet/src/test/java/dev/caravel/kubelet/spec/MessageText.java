package dev.caravel.kubelet.spec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A protobuf message as sorted lines of {@code path: value}, one for each field that is set. The
 * golden files were written in this form from the Go kubelet's own messages.
 */
final class MessageText {
    private MessageText() {}

    static List<String> lines(Message message) {
        List<String> lines = new ArrayList<>();
        flatten("", message, lines);
        Collections.sort(lines);
        return lines;
    }

    private static void flatten(String prefix, Message message, List<String> lines) {
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            String path = prefix + field.getKey().getName();
            if (field.getKey().isMapField()) {
                for (Object entry : (List<?>) field.getValue()) {
                    Message pair = (Message) entry;
                    Object key = pair.getField(pair.getDescriptorForType().findFieldByName("key"));
                    Object value =
                            pair.getField(pair.getDescriptorForType().findFieldByName("value"));
                    lines.add(path + "[" + key + "]: " + quoted((String) value, false));
                }
            } else if (field.getKey().isRepeated()) {
                List<?> values = (List<?>) field.getValue();
                for (int i = 0; i < values.size(); i++) {
                    scalar(path + "[" + i + "]", field.getKey(), values.get(i), lines);
                }
            } else {
                scalar(path, field.getKey(), field.getValue(), lines);
            }
        }
    }

    private static void scalar(
            String path, FieldDescriptor field, Object value, List<String> lines) {
        if (field.getJavaType() == JavaType.MESSAGE) {
            int before = lines.size();
            flatten(path + ".", (Message) value, lines);
            if (lines.size() == before) {
                lines.add(path + ": {}");
            }
        } else if (value instanceof EnumValueDescriptor constant) {
            lines.add(path + ": " + constant.getName());
        } else if (value instanceof ByteString bytes) {
            String text =
                    bytes.isValidUtf8()
                            ? bytes.toStringUtf8()
                            : "hex " + HexFormat.of().formatHex(bytes.toByteArray());
            lines.add(path + ": " + quoted(text, true));
        } else if (value instanceof String text) {
            lines.add(path + ": " + quoted(text, true));
        } else {
            lines.add(path + ": " + value);
        }
    }

    /** As Go writes strings, in JSON or with its verb {@code %q}. */
    private static String quoted(String text, boolean json) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '<', '>', '&' ->
                        out.append(json ? "\\u%04x".formatted((int) c) : Character.toString(c));
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
