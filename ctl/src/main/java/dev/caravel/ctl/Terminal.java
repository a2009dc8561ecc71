package dev.caravel.ctl;

import java.io.PrintStream;

/**
 * Where a sub-command writes.
 *
 * @param out what was asked for
 * @param err what is wrong
 */
record Terminal(PrintStream out, PrintStream err) {

    /** Writes out what is buffered. */
    void flush() {
        out.flush();
        err.flush();
    }
}
