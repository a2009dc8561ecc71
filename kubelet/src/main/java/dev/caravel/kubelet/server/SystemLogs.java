package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.fs.SafeFiles.Links;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /logs/}: the files and folders below /var/log, and nothing that a link or {@code ..} leads
 * to outside of it (contract §3).
 */
final class SystemLogs {

    private static final Logger log = LoggerFactory.getLogger(SystemLogs.class);

    private static final int MAX_ENTRIES = 10_000;
    private static final int SNIFFED = 512;

    private final SafeFiles files;
    private final Path root;

    /**
     * @param root {@code /var/log}
     */
    SystemLogs(SafeFiles files, Path root) {
        this.files = files;
        this.root = root;
    }

    void handle(HttpExchange x) throws IOException {
        serve(x, x.path().substring(Math.min(x.path().length(), "/logs/".length())));
    }

    /** Answers with a file or folder. */
    void serve(HttpExchange x, String asked) throws IOException {
        if (leaves(asked)) {
            x.respondText(400, "invalid URL path\n");
            return;
        }
        try (Descriptor found = open(relative(asked))) {
            BasicFileAttributes kind =
                    Files.readAttributes(found.procPath(), BasicFileAttributes.class);
            if (kind.isDirectory()) {
                folder(x, found, asked);
            } else if (kind.isRegularFile()) {
                file(x, found);
            } else {
                x.respondText(404, "404 page not found\n");
            }
        } catch (NoSuchFileException e) {
            x.respondText(404, "404 page not found\n");
        } catch (SystemCallException e) {
            log.info("Reading system log {} refused: {}", asked, e.toString());
            x.respondText(
                    e.is(Errno.ENOENT, Errno.ENOTDIR) ? 404 : 403,
                    e.is(Errno.ENOENT, Errno.ENOTDIR) ? "404 page not found\n" : "403 Forbidden\n");
        }
    }

    private static boolean leaves(String asked) {
        return List.of(asked.split("/", -1)).contains("..") || asked.indexOf('\0') >= 0;
    }

    private static String relative(String asked) {
        int from = 0;
        int to = asked.length();
        while (from < to && asked.charAt(from) == '/') {
            from++;
        }
        while (to > from && asked.charAt(to - 1) == '/') {
            to--;
        }
        return from == to ? "." : asked.substring(from, to);
    }

    /**
     * Passes on a whole file.
     *
     * @return false if there is no such file
     */
    boolean copy(String name, OutputStream out) throws IOException {
        if (leaves(name)) {
            return false;
        }
        try (Descriptor found = open(relative(name))) {
            if (!Files.readAttributes(found.procPath(), BasicFileAttributes.class)
                    .isRegularFile()) {
                return false;
            }
            try (InputStream in = Files.newInputStream(found.procPath())) {
                in.transferTo(out);
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (SystemCallException e) {
            log.debug("Log {} cannot be opened: {}", name, e.toString());
            return false;
        }
    }

    /** Links that stay inside are followed, also those that say so from the root downward. */
    private Descriptor open(String relative) throws IOException {
        try {
            return files.openReference(root, relative, Links.INSIDE);
        } catch (SystemCallException e) {
            if (!e.is(Errno.EXDEV)) {
                throw e;
            }
            Path top = root.toRealPath();
            Path real = root.resolve(relative).toRealPath();
            if (!real.startsWith(top)) {
                throw e;
            }
            // Without links this time: whoever changes the path meanwhile gains nothing.
            return files.openReference(top, top.relativize(real).toString(), Links.NONE);
        }
    }

    private static void folder(HttpExchange x, Descriptor folder, String asked) throws IOException {
        if (!asked.isEmpty() && !asked.endsWith("/")) {
            String name = asked.substring(asked.lastIndexOf('/') + 1);
            x.addHeader("Location", escapeUrl(name) + "/");
            x.respondText(301, "");
            return;
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.procPath())) {
            for (Path entry : entries) {
                if (names.size() == MAX_ENTRIES) {
                    break;
                }
                String name = String.valueOf(entry.getFileName());
                names.add(Files.isDirectory(entry) ? name + "/" : name);
            }
        }
        names.sort(null);
        StringBuilder page =
                new StringBuilder(
                        "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n");
        for (String name : names) {
            page.append("<a href=\"").append(escapeUrl(name)).append("\">");
            page.append(escapeHtml(name)).append("</a>\n");
        }
        page.append("</pre>\n");
        x.respond(
                200, "text/html; charset=utf-8", page.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void file(HttpExchange x, Descriptor file) throws IOException {
        try (InputStream in = Files.newInputStream(file.procPath())) {
            byte[] start = in.readNBytes(SNIFFED);
            try (OutputStream out = x.stream(200, type(start))) {
                out.write(start);
                in.transferTo(out);
            }
        }
    }

    /** A browser must not run what a log holds: it is text, or something to save. */
    private static String type(byte[] start) {
        for (byte b : start) {
            if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != 0x1b) {
                return "application/octet-stream";
            }
        }
        return "text/plain; charset=utf-8";
    }

    private static String escapeHtml(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static String escapeUrl(String name) {
        StringBuilder url = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-_.~/".indexOf(c) >= 0);
            url.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return url.toString();
    }
}
