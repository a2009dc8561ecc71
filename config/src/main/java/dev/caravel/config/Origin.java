package dev.caravel.config;

/**
 * Where a configuration value was written. Its text is what people see in front of a complaint;
 * places are sorted the way somebody reads them: flags, files line by line, what nobody wrote.
 */
public sealed interface Origin {

    /** The built-in default. */
    Origin DEFAULT = new Default();

    /** The position among all places, as text to compare. */
    String order();

    /**
     * A place in a configuration file.
     *
     * @param file path as given
     * @param line line, from 1
     * @param column column, from 1
     */
    record InFile(String file, int line, int column) implements Origin {

        /** Gives line and column numbers equal length. */
        private static final long PADDING = 10_000_000;

        @Override
        public String order() {
            return "1" + file + " " + (PADDING + line) + (PADDING + column);
        }

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
        public String order() {
            return "1" + file;
        }

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
        public String order() {
            return "0" + name;
        }

        @Override
        public String toString() {
            return "flag " + name;
        }
    }

    /** Nobody wrote it. */
    record Default() implements Origin {

        @Override
        public String order() {
            return "2";
        }

        @Override
        public String toString() {
            return "default";
        }
    }
}
