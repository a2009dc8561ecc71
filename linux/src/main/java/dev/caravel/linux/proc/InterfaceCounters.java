package dev.caravel.linux.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What passed one network interface since it exists (proc_pid_net(5), dev). */
public record InterfaceCounters(
        String name,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long receiveDropped,
        long sentBytes,
        long sentPackets,
        long sendErrors,
        long sendDropped) {
    /** Reads the text of {@code /proc/<pid>/net/dev}: two lines of headings, then one a line. */
    static List<InterfaceCounters> parse(String text) throws IOException {
        List<InterfaceCounters> interfaces = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 2; i < lines.length; i++) {
            // There may be no space behind the colon, and a colon within the name.
            int colon = lines[i].lastIndexOf(':');
            if (lines[i].isBlank()) {
                continue;
            }
            List<String> words =
                    colon < 0 ? List.of() : Fields.words(lines[i].substring(colon + 1));
            if (words.size() < 12) {
                throw Fields.unexpected("net/dev of a process", lines[i]);
            }
            interfaces.add(
                    new InterfaceCounters(
                            lines[i].substring(0, colon).strip(),
                            number(words, 0),
                            number(words, 1),
                            number(words, 2),
                            number(words, 3),
                            number(words, 8),
                            number(words, 9),
                            number(words, 10),
                            number(words, 11)));
        }
        return interfaces;
    }

    private static long number(List<String> words, int at) throws IOException {
        return Fields.number(words.get(at), "net/dev of a process");
    }
}
