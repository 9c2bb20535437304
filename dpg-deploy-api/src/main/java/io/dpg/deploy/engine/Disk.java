package io.dpg.deploy.engine;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Files that survive a power failure, and names that every file system takes. */
final class Disk {

    private static final int READABLE = 60;

    private Disk() {}

    /** Replaces {@code file} by {@code text}: after a crash it is either the old or the new one, whole. */
    static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileOutputStream out = new FileOutputStream(next.toFile())) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(file.toAbsolutePath().getParent());
    }

    /** Creates {@code folder}, and what is missing above it, durably. */
    static void create(Path folder) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (Files.isDirectory(folder) || above == null) {
            return;
        }
        create(above);
        Files.createDirectories(folder);
        syncFolder(above);
    }

    /** Makes new, renamed and removed names in {@code folder} durable, where the system offers that. */
    static void syncFolder(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel channel;
                try {
                    channel = FileChannel.open(folder, StandardOpenOption.READ);
                } catch (IOException windowsOpensNoFolders) {
                    return;
                }
                try (channel) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns a file name that people recognise {@code key} by, and that no other key has. */
    static String name(String key) {
        String slug = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String readable = slug.length() > READABLE ? slug.substring(0, READABLE) : slug;
        return readable + "-" + hash(key);
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
