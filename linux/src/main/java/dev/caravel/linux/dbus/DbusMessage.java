package dev.caravel.linux.dbus;

import dev.caravel.linux.sys.Descriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One message (D-Bus specification, "Message Format").
 *
 * @param type what it is
 * @param serial number the sender gave it, never 0
 * @param fields header fields by their code
 * @param body arguments
 * @param files open files that came with it; whoever took the message closes them
 */
record DbusMessage(
        Type type,
        int serial,
        Map<Integer, DbusValue> fields,
        List<DbusValue> body,
        List<Descriptor> files) {
    static final int PATH = 1;
    static final int INTERFACE = 2;
    static final int MEMBER = 3;
    static final int ERROR_NAME = 4;
    static final int REPLY_SERIAL = 5;
    static final int DESTINATION = 6;
    static final int SIGNATURE = 8;
    static final int UNIX_FDS = 9;

    /** Bytes before the header fields, the length of these included. */
    static final int FIXED_HEADER = 16;

    /** Far more than anything systemd sends; the specification allows 128 MiB. */
    static final int MAX_LENGTH = 1024 * 1024;

    private static final int VERSION = 1;

    DbusMessage {
        fields = Map.copyOf(fields);
        body = List.copyOf(body);
        files = List.copyOf(files);
    }

    /** Kinds of messages by their number. */
    enum Type {
        CALL(1),
        REPLY(2),
        ERROR(3),
        SIGNAL(4);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        static Type of(int number) throws DbusException {
            for (Type type : values()) {
                if (type.number == number) {
                    return type;
                }
            }
            throw new DbusException("message of type " + number);
        }
    }

    /**
     * A call.
     *
     * @param destination name on the bus; none when talking to the other side directly
     */
    static DbusMessage call(
            int serial,
            Optional<String> destination,
            String path,
            String interfaceName,
            String member,
            List<DbusValue> body) {
        Map<Integer, DbusValue> fields = new TreeMap<>();
        fields.put(PATH, new DbusValue.ObjectPath(path));
        fields.put(INTERFACE, new DbusValue.Text(interfaceName));
        fields.put(MEMBER, new DbusValue.Text(member));
        destination.ifPresent(name -> fields.put(DESTINATION, new DbusValue.Text(name)));
        return new DbusMessage(Type.CALL, serial, fields, body, List.of());
    }

    /** A header field of a textual type. */
    Optional<String> text(int field) {
        return switch (fields.get(field)) {
            case DbusValue.Text(String value) -> Optional.of(value);
            case DbusValue.ObjectPath(String value) -> Optional.of(value);
            case DbusValue.Signature(String value) -> Optional.of(value);
            case null, default -> Optional.empty();
        };
    }

    /** Whether it is this signal. */
    boolean isSignal(String interfaceName, String member) {
        return type == Type.SIGNAL
                && text(INTERFACE).equals(Optional.of(interfaceName))
                && text(MEMBER).equals(Optional.of(member));
    }

    /** Whether it answers the call with this serial number. */
    boolean answers(int callSerial) {
        return (type == Type.REPLY || type == Type.ERROR)
                && new DbusValue.UInt32(callSerial).equals(fields.get(REPLY_SERIAL));
    }

    byte[] toBytes() throws DbusException {
        WireWriter bodyWriter = new WireWriter();
        StringBuilder signature = new StringBuilder();
        for (DbusValue value : body) {
            bodyWriter.write(value);
            signature.append(value.signature());
        }
        byte[] bodyBytes = bodyWriter.toByteArray();
        Map<Integer, DbusValue> all = new TreeMap<>(fields);
        if (!signature.isEmpty()) {
            all.put(SIGNATURE, new DbusValue.Signature(signature.toString()));
        }
        List<DbusValue> header = new ArrayList<>();
        all.forEach((code, value) ->
                header.add(
                        DbusValue.Struct.of(
                                new DbusValue.UInt8(code), new DbusValue.Variant(value))));
        WireWriter out = new WireWriter();
        out.write(new DbusValue.UInt8('l'));
        out.write(new DbusValue.UInt8(type.number));
        out.write(new DbusValue.UInt8(0));
        out.write(new DbusValue.UInt8(VERSION));
        out.write(new DbusValue.UInt32(bodyBytes.length));
        out.write(new DbusValue.UInt32(serial));
        out.write(new DbusValue.Array("(yv)", header));
        out.align(8);
        byte[] head = out.toByteArray();
        byte[] whole = new byte[head.length + bodyBytes.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(bodyBytes, 0, whole, head.length, bodyBytes.length);
        return whole;
    }

    /**
     * Length of the message that starts with these bytes, at least {@link #FIXED_HEADER} of them.
     *
     * @throws DbusException when it is longer than {@link #MAX_LENGTH}, or no message
     */
    static int length(byte[] start) throws DbusException {
        ByteBuffer in = ByteBuffer.wrap(start).order(order(start[0]));
        if (start[3] != VERSION) {
            throw new DbusException("protocol version " + start[3]);
        }
        long body = Integer.toUnsignedLong(in.getInt(4));
        long header = Integer.toUnsignedLong(in.getInt(12));
        long length = FIXED_HEADER + (header + 7) / 8 * 8 + body;
        if (length > MAX_LENGTH) {
            throw new DbusException("message of " + length + " bytes");
        }
        return (int) length;
    }

    private static ByteOrder order(byte first) throws DbusException {
        return switch (first) {
            case 'l' -> ByteOrder.LITTLE_ENDIAN;
            case 'B' -> ByteOrder.BIG_ENDIAN;
            default -> throw new DbusException("byte order '" + (char) first + "'");
        };
    }

    /**
     * Parses a whole message.
     *
     * @param received open files that came so far; those of this message are taken from the front
     */
    static DbusMessage parse(byte[] bytes, Deque<Descriptor> received) throws DbusException {
        ByteOrder order = order(bytes[0]);
        WireReader in = new WireReader(bytes, order);
        List<DbusValue> head = in.readAll("yyyyuua(yv)");
        in.align(8);
        Map<Integer, DbusValue> fields = new TreeMap<>();
        for (DbusValue field : ((DbusValue.Array) head.get(6)).elements()) {
            if (field instanceof DbusValue.Struct(var pair)
                    && pair.get(0) instanceof DbusValue.UInt8(int code)
                    && pair.get(1) instanceof DbusValue.Variant(DbusValue value)) {
                fields.put(code, value);
            }
        }
        String signature =
                fields.get(SIGNATURE) instanceof DbusValue.Signature(String text) ? text : "";
        List<DbusValue> body = in.readAll(signature);
        if (!in.atEnd()) {
            throw new DbusException("message longer than its signature '" + signature + "'");
        }
        int announced = fields.get(UNIX_FDS) instanceof DbusValue.UInt32(int count) ? count : 0;
        if (announced < 0 || announced > received.size()) {
            throw new DbusException(announced + " files announced, " + received.size() + " came");
        }
        List<Descriptor> files = new ArrayList<>();
        for (int i = 0; i < announced; i++) {
            files.add(received.remove());
        }
        Type type = Type.of(((DbusValue.UInt8) head.get(1)).value());
        int serial = ((DbusValue.UInt32) head.get(5)).value();
        return new DbusMessage(type, serial, fields, body, files);
    }
}
