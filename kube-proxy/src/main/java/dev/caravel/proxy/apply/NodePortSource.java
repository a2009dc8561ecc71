package dev.caravel.proxy.apply;

import dev.caravel.proxy.compile.NodePortAddresses;
import java.io.IOException;

/** Says which addresses of this node take node port traffic right now. */
@FunctionalInterface
public interface NodePortSource {
    /** The addresses now. */
    NodePortAddresses read() throws IOException;
}
