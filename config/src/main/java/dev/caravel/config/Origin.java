package dev.caravel.config;

/** Where a configuration value was written. Its text is what people see in front of a complaint. */
public sealed interface Origin {

    /** The built-in default. */
    Origin DEFAULT = new Default();

    /**
     * A place in a configuration file.
     *
     * @param file path as given
     * @param line line, from 1
     * @param column column, from 1
     */
    record InFile(String file, int line, int column) implements Origin {

        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    /**
     * A file as a whole, when there is no better place.
     *
     * @param file path as given
     */
    record WholeFile(String file) implements Origin {

        @Override
        public String toString() {
            return file;
        }
    }

    /**
     * A flag.
     *
     * @param name with its dashes
     */
    record OnFlag(String name) implements Origin {

        @Override
        public String toString() {
            return "flag " + name;
        }
    }

    /** Nobody wrote it. */
    record Default() implements Origin {

        @Override
        public String toString() {
            return "default";
        }
    }
}
