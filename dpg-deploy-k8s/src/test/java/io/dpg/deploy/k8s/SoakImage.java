package io.dpg.deploy.k8s;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The image of the service that the soak rolls out: {@code src/test/resources/soak}, built with Go and Docker. */
final class SoakImage {

    private static final String[] FILES = {"server.go", "go.mod", "Dockerfile"};

    private SoakImage() {}

    /** Returns the image's name; builds it where it is not there, as no registry can be reached. */
    static synchronized String name() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Path folder = Files.createTempDirectory("dpg-soak");
            for (String file : FILES) {
                try (InputStream in = Objects.requireNonNull(SoakImage.class.getResourceAsStream("/soak/" + file))) {
                    byte[] bytes = in.readAllBytes();
                    digest.update(bytes);
                    Files.write(folder.resolve(file), bytes);
                }
            }
            String name =
                    "dpg-test/soak:" + HexFormat.of().formatHex(digest.digest()).substring(0, 12);
            if (run(folder, "docker", "image", "inspect", name) != 0) {
                must(folder, "go", "build", "-ldflags", "-s -w", "-o", "server", ".");
                must(folder, "docker", "build", "-q", "-t", name, ".");
            }
            return name;
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError("cannot build the image of the soak; it takes docker and go (1.22 or newer)", e);
        }
    }

    private static void must(Path folder, String... command) throws IOException {
        if (run(folder, command) != 0) {
            throw new AssertionError(String.join(" ", command) + " failed in " + folder + ", see its log");
        }
    }

    private static int run(Path folder, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(Map.of("CGO_ENABLED", "0", "GOTOOLCHAIN", "local"));
        Process process = builder.start();
        try {
            if (process.waitFor(180, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return -1;
    }
}
