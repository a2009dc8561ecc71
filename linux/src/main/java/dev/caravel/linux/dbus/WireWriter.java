package dev.caravel.linux.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes values in the marshalling of the D-Bus specification, little endian. */
final class WireWriter {
    private byte[] bytes = new byte[256];
    private ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, buffer.position());
    }

    void write(DbusValue value) throws DbusException {
        align(Signatures.alignment(value.signature().charAt(0)));
        switch (value) {
            case DbusValue.UInt8(int v) -> room(1).put((byte) v);
            case DbusValue.Bool(boolean v) -> room(4).putInt(v ? 1 : 0);
            case DbusValue.Int16(short v) -> room(2).putShort(v);
            case DbusValue.UInt16(int v) -> room(2).putShort((short) v);
            case DbusValue.Int32(int v) -> room(4).putInt(v);
            case DbusValue.UInt32(int v) -> room(4).putInt(v);
            case DbusValue.Int64(long v) -> room(8).putLong(v);
            case DbusValue.UInt64(long v) -> room(8).putLong(v);
            case DbusValue.Real(double v) -> room(8).putDouble(v);
            case DbusValue.Text(String v) -> text(v);
            case DbusValue.ObjectPath(String v) -> text(v);
            case DbusValue.Signature(String v) -> signature(v);
            case DbusValue.UnixFd(int v) -> room(4).putInt(v);
            case DbusValue.Array array -> array(array);
            case DbusValue.Struct(var fields) -> {
                for (DbusValue field : fields) {
                    write(field);
                }
            }
            case DbusValue.DictEntry(DbusValue key, DbusValue entry) -> {
                write(key);
                write(entry);
            }
            case DbusValue.Variant(DbusValue inner) -> {
                signature(inner.signature());
                write(inner);
            }
        }
    }

    private void array(DbusValue.Array array) throws DbusException {
        room(4).putInt(0);
        int lengthAt = buffer.position() - 4;
        // The padding before the first element does not count, and is there without elements too.
        align(Signatures.alignment(array.elementSignature().charAt(0)));
        int start = buffer.position();
        for (DbusValue element : array.elements()) {
            write(element);
        }
        buffer.putInt(lengthAt, buffer.position() - start);
    }

    private void text(String value) throws DbusException {
        if (value.indexOf('\0') >= 0) {
            throw new DbusException("text with a NUL cannot be sent");
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(4 + utf8.length + 1).putInt(utf8.length).put(utf8).put((byte) 0);
    }

    private void signature(String value) {
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        room(1 + ascii.length + 1).put((byte) ascii.length).put(ascii).put((byte) 0);
    }

    void align(int boundary) {
        int padding = -buffer.position() & (boundary - 1);
        room(padding).put(new byte[padding]);
    }

    private ByteBuffer room(int size) {
        if (buffer.remaining() < size) {
            int position = buffer.position();
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + size));
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(position);
        }
        return buffer;
    }
}
