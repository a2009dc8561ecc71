package dev.caravel.linux.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads values in the marshalling of the D-Bus specification; refuses whatever it forbids. */
final class WireReader {
    /** As specified. */
    private static final int MAX_ARRAY = 64 * 1024 * 1024;

    private final ByteBuffer in;

    /**
     * Reads from the beginning of an array, which must be a place aligned to 8.
     *
     * @param order as the first byte of the message says
     */
    WireReader(byte[] bytes, ByteOrder order) {
        this.in = ByteBuffer.wrap(bytes).order(order);
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    /** Reads one value for each complete type. */
    List<DbusValue> readAll(String signature) throws DbusException {
        List<DbusValue> values = new ArrayList<>();
        for (String type : Signatures.split(signature)) {
            values.add(read(type, 0));
        }
        return values;
    }

    private DbusValue read(String type, int depth) throws DbusException {
        if (depth > Signatures.MAX_DEPTH) {
            throw new DbusException("values nested deeper than " + Signatures.MAX_DEPTH);
        }
        char code = type.charAt(0);
        align(Signatures.alignment(code));
        return switch (code) {
            case 'y' -> new DbusValue.UInt8(need(1).get() & 0xff);
            case 'b' -> bool(need(4).getInt());
            case 'n' -> new DbusValue.Int16(need(2).getShort());
            case 'q' -> new DbusValue.UInt16(need(2).getShort() & 0xffff);
            case 'i' -> new DbusValue.Int32(need(4).getInt());
            case 'u' -> new DbusValue.UInt32(need(4).getInt());
            case 'x' -> new DbusValue.Int64(need(8).getLong());
            case 't' -> new DbusValue.UInt64(need(8).getLong());
            case 'd' -> new DbusValue.Real(need(8).getDouble());
            case 's' -> new DbusValue.Text(text(need(4).getInt()));
            case 'o' -> new DbusValue.ObjectPath(text(need(4).getInt()));
            case 'g' -> new DbusValue.Signature(text(need(1).get() & 0xff));
            case 'h' -> new DbusValue.UnixFd(need(4).getInt());
            case 'a' -> array(type.substring(1), depth);
            case '(' -> new DbusValue.Struct(fields(type, depth));
            case '{' -> entry(fields(type, depth));
            case 'v' -> variant(depth);
            default -> throw new DbusException("type '" + code + "' is unknown");
        };
    }

    private static DbusValue bool(int value) throws DbusException {
        if (value != 0 && value != 1) {
            throw new DbusException("boolean of " + value);
        }
        return new DbusValue.Bool(value == 1);
    }

    private List<DbusValue> fields(String type, int depth) throws DbusException {
        List<DbusValue> fields = new ArrayList<>();
        for (String field : Signatures.split(type.substring(1, type.length() - 1))) {
            fields.add(read(field, depth + 1));
        }
        return fields;
    }

    private static DbusValue entry(List<DbusValue> fields) {
        return new DbusValue.DictEntry(fields.get(0), fields.get(1));
    }

    private DbusValue array(String elementType, int depth) throws DbusException {
        int length = need(4).getInt();
        if (length < 0 || length > MAX_ARRAY) {
            throw new DbusException("array of " + Integer.toUnsignedString(length) + " bytes");
        }
        align(Signatures.alignment(elementType.charAt(0)));
        need(length);
        int end = in.position() + length;
        List<DbusValue> elements = new ArrayList<>();
        while (in.position() < end) {
            elements.add(read(elementType, depth + 1));
        }
        if (in.position() != end) {
            throw new DbusException("array whose last element passes its end");
        }
        return new DbusValue.Array(elementType, elements);
    }

    private DbusValue variant(int depth) throws DbusException {
        String signature = text(need(1).get() & 0xff);
        List<String> types = Signatures.split(signature);
        if (types.size() != 1) {
            throw new DbusException("variant of '" + signature + "'");
        }
        return new DbusValue.Variant(read(types.getFirst(), depth + 1));
    }

    private String text(int length) throws DbusException {
        if (length < 0 || length >= in.remaining()) {
            throw new DbusException("text longer than its message");
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        if (in.get() != 0) {
            throw new DbusException("text without a NUL behind it");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new DbusException("text that is not UTF-8");
        }
    }

    void align(int boundary) throws DbusException {
        int padding = -in.position() & (boundary - 1);
        need(padding);
        for (int i = 0; i < padding; i++) {
            if (in.get() != 0) {
                throw new DbusException("padding that is not zero");
            }
        }
    }

    private ByteBuffer need(int size) throws DbusException {
        if (in.remaining() < size) {
            throw new DbusException("message ends within a value");
        }
        return in;
    }
}
