package dev.caravel.daemon.log;

import java.io.IOException;

/** Takes finished records as bytes, one write each. */
interface LogSink {
    void write(byte[] bytes, int length) throws IOException;
}
