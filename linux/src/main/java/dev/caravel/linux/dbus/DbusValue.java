package dev.caravel.linux.dbus;

import java.util.List;
import java.util.stream.Collectors;

/** A value of the D-Bus type system (D-Bus specification, "Type System"). */
public sealed interface DbusValue {
    /** The value's type as a signature of one complete type. */
    String signature();

    /** {@code y}. */
    record UInt8(int value) implements DbusValue {
        public UInt8 {
            if ((value & ~0xff) != 0) {
                throw new IllegalArgumentException(value + " is no byte");
            }
        }

        @Override
        public String signature() {
            return "y";
        }
    }

    /** {@code b}. */
    record Bool(boolean value) implements DbusValue {
        @Override
        public String signature() {
            return "b";
        }
    }

    /** {@code n}. */
    record Int16(short value) implements DbusValue {
        @Override
        public String signature() {
            return "n";
        }
    }

    /** {@code q}. */
    record UInt16(int value) implements DbusValue {
        @Override
        public String signature() {
            return "q";
        }
    }

    /** {@code i}. */
    record Int32(int value) implements DbusValue {
        @Override
        public String signature() {
            return "i";
        }
    }

    /** {@code u}; the bits of an unsigned number. */
    record UInt32(int value) implements DbusValue {
        @Override
        public String signature() {
            return "u";
        }
    }

    /** {@code x}. */
    record Int64(long value) implements DbusValue {
        @Override
        public String signature() {
            return "x";
        }
    }

    /** {@code t}; the bits of an unsigned number. */
    record UInt64(long value) implements DbusValue {
        /** What systemd takes for "no limit". */
        public static final UInt64 INFINITY = new UInt64(-1);

        @Override
        public String signature() {
            return "t";
        }
    }

    /** {@code d}. */
    record Real(double value) implements DbusValue {
        @Override
        public String signature() {
            return "d";
        }
    }

    /** {@code s}. */
    record Text(String value) implements DbusValue {
        @Override
        public String signature() {
            return "s";
        }
    }

    /** {@code o}. */
    record ObjectPath(String value) implements DbusValue {
        @Override
        public String signature() {
            return "o";
        }
    }

    /** {@code g}. */
    record Signature(String value) implements DbusValue {
        @Override
        public String signature() {
            return "g";
        }
    }

    /**
     * {@code h}.
     *
     * @param index of the file among those that came with the message
     */
    record UnixFd(int index) implements DbusValue {
        @Override
        public String signature() {
            return "h";
        }
    }

    /**
     * {@code a}.
     *
     * @param elementSignature type of all elements, needed when there are none
     */
    record Array(String elementSignature, List<DbusValue> elements) implements DbusValue {
        public Array {
            elements = List.copyOf(elements);
            for (DbusValue element : elements) {
                if (!element.signature().equals(elementSignature)) {
                    throw new IllegalArgumentException(
                            "array of "
                                    + elementSignature
                                    + " cannot hold a "
                                    + element.signature());
                }
            }
        }

        @Override
        public String signature() {
            return "a" + elementSignature;
        }
    }

    /** A structure, {@code (…)}. */
    record Struct(List<DbusValue> fields) implements DbusValue {
        public Struct {
            fields = List.copyOf(fields);
            if (fields.isEmpty()) {
                throw new IllegalArgumentException("a structure has at least one field");
            }
        }

        /** A structure of these fields. */
        public static Struct of(DbusValue... fields) {
            return new Struct(List.of(fields));
        }

        @Override
        public String signature() {
            return fields.stream()
                    .map(DbusValue::signature)
                    .collect(Collectors.joining("", "(", ")"));
        }
    }

    /** An entry of a dictionary, <code>{..}</code>; stands in arrays only. */
    record DictEntry(DbusValue key, DbusValue value) implements DbusValue {
        @Override
        public String signature() {
            return "{" + key.signature() + value.signature() + "}";
        }
    }

    /** {@code v}. */
    record Variant(DbusValue value) implements DbusValue {
        @Override
        public String signature() {
            return "v";
        }
    }
}
