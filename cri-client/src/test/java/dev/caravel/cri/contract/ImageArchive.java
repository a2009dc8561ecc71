package dev.caravel.cri.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Writes a docker archive of one image around a static busybox, so that tests need no registry. */
final class ImageArchive {
    private static final int BLOCK = 512;
    private static final List<String> APPLETS = List.of("sh", "sleep", "cat", "id", "echo", "true");

    private ImageArchive() {}

    /**
     * Writes the image to {@code archive} under each of the names; it sleeps unless told otherwise.
     */
    static void write(Path archive, Path busybox, List<String> names) throws IOException {
        byte[] layer = layer(Files.readAllBytes(busybox));
        String layerId = sha256(layer);
        byte[] config =
                """
                {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",\
                "config":{"Env":["PATH=/bin"],"Entrypoint":["/bin/sleep"],"Cmd":["1000000"],"WorkingDir":"/"},\
                "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},\
                "history":[{"created":"2026-01-01T00:00:00Z"}]}\
                """
                        .formatted(layerId)
                        .getBytes(StandardCharsets.UTF_8);
        String configName = sha256(config) + ".json";
        byte[] manifest =
                """
                [{"Config":"%s","RepoTags":["%s"],"Layers":["%s.tar"]}]\
                """
                        .formatted(configName, String.join("\",\"", names), layerId)
                        .getBytes(StandardCharsets.UTF_8);
        try (var out = Files.newOutputStream(archive)) {
            file(out, configName, 0644, config);
            file(out, "manifest.json", 0644, manifest);
            file(out, layerId + ".tar", 0644, layer);
            out.write(new byte[2 * BLOCK]);
        }
    }

    private static byte[] layer(byte[] busybox) throws IOException {
        var out = new ByteArrayOutputStream();
        for (String folder : List.of("bin/", "etc/", "tmp/", "proc/", "sys/", "dev/")) {
            entry(out, folder, folder.equals("tmp/") ? 01777 : 0755, '5', "", 0);
        }
        file(out, "bin/busybox", 0755, busybox);
        for (String applet : APPLETS) {
            entry(out, "bin/" + applet, 0777, '2', "busybox", 0);
        }
        file(out, "etc/passwd", 0644, "root:x:0:0::/:/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        out.write(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static void file(OutputStream out, String name, int mode, byte[] content)
            throws IOException {
        entry(out, name, mode, '0', "", content.length);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    /**
     * One ustar header (POSIX.1-1988): fixed fields of octal text, and a checksum over the block.
     */
    private static void entry(
            OutputStream out, String name, int mode, char type, String link, long size)
            throws IOException {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += Byte.toUnsignedInt(b);
        }
        put(header, 148, "%06o".formatted(sum));
        header[154] = 0;
        out.write(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
