package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /logs/?query=}: logs of services of the node, from the journal or from files below
 * /var/log (contract §3.3). One question takes 30 seconds at most.
 */
final class NodeLogs {

    private static final Logger log = LoggerFactory.getLogger(NodeLogs.class);

    private static final Duration MOST = Duration.ofSeconds(30);
    private static final int UNITS_BYTES = 4 << 20;

    private final SystemLogs files;
    private final Ticks ticks;

    NodeLogs(SystemLogs files, Ticks ticks) {
        this.files = files;
        this.ticks = ticks;
    }

    void handle(HttpExchange x) throws IOException, InterruptedException {
        switch (NodeLogQuery.parse(x.query())) {
            case NodeLogQuery.Parsed.Nothing _ -> files.handle(x);
            case NodeLogQuery.Parsed.Bad(int status, String text) ->
                    x.respondText(status, text + "\n");
            case NodeLogQuery.Parsed.Asked(NodeLogQuery query) -> {
                if (!x.path().equals("/logs/") && !x.path().equals("/logs")) {
                    x.respondText(406, "path not allowed in query mode\n");
                } else if (query.services().isEmpty()) {
                    files.serve(x, query.files().getFirst().replace('\\', '/'));
                } else {
                    services(x, query);
                }
            }
        }
    }

    private void services(HttpExchange x, NodeLogQuery query)
            throws IOException, InterruptedException {
        boolean gzip = x.headers().first("Accept-Encoding").orElse("").equals("gzip");
        if (gzip) {
            x.addHeader("Content-Encoding", "gzip");
        }
        try (OutputStream plain = x.stream(200, "text/plain;charset=UTF-8");
                OutputStream out = gzip ? new GZIPOutputStream(plain) : plain;
                Commands commands = new Commands(x, ticks)) {
            String units = commands.units();
            List<String> inJournal = new ArrayList<>();
            List<String> inFiles = new ArrayList<>();
            for (String service : query.services()) {
                (units.contains(service + ".service") ? inJournal : inFiles).add(service);
            }
            if (!inJournal.isEmpty()) {
                commands.copy(query.journalctl(inJournal), out);
            }
            if (!inFiles.isEmpty() && query.hasOptions()) {
                say(
                        out,
                        "\noptions present and query resolved to log files for ["
                                + String.join(" ", inFiles)
                                + "]\ntry without specifying options\n");
                return;
            }
            for (String service : inFiles) {
                byFile(service, out);
            }
        }
    }

    /** By custom a service's log is one of these files. */
    private void byFile(String service, OutputStream out) throws IOException {
        for (String name : List.of(service, service + ".log", service + "/" + service + ".log")) {
            if (files.copy(name, out)) {
                return;
            }
        }
        say(out, "\nlog not found for " + service + "\n");
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The programs run for one question; what still runs at its end is killed. */
    private static final class Commands implements AutoCloseable {
        private final List<Process> running = new ArrayList<>();
        private final Thread deadline;
        private final Ticks ticks;
        private boolean over;

        private Commands(HttpExchange x, Ticks ticks) {
            this.ticks = ticks;
            x.onClientGone(this::kill);
            deadline = NamedThreads.start("logs/deadline", this::killLate);
        }

        private void killLate() {
            try {
                ticks.sleep(MOST);
                log.info("A question for system logs took {}; its answer is cut off", MOST);
                kill();
            } catch (InterruptedException e) {
                // It was answered in time.
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void kill() {
            over = true;
            running.forEach(Process::destroyForcibly);
        }

        private synchronized Process start(List<String> command) throws IOException {
            if (over) {
                throw new IOException("no time left for " + command.getFirst());
            }
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            running.add(process);
            process.getOutputStream().close();
            return process;
        }

        /** The units the journal knows; nothing where there is no journal. */
        String units() throws InterruptedException {
            try {
                Process process = start(List.of("journalctl", "--field", "_SYSTEMD_UNIT"));
                String text;
                try (InputStream in = process.getInputStream()) {
                    text = new String(in.readNBytes(UNITS_BYTES), StandardCharsets.UTF_8);
                }
                return process.waitFor() == 0 ? text : "";
            } catch (IOException e) {
                log.debug("Asking journalctl for its units failed: {}", e.toString());
                return "";
            }
        }

        void copy(List<String> command, OutputStream out) throws IOException {
            Process process;
            try {
                process = start(command);
            } catch (IOException e) {
                log.warn("Reading the journal failed: {}. The client is told.", e.toString());
                say(out, "\nerror: journal output not available\n");
                return;
            }
            try (InputStream in = process.getInputStream()) {
                in.transferTo(out);
            }
        }

        @Override
        public void close() {
            deadline.interrupt();
            kill();
        }
    }
}
