package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.DeployException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mutated files give figures or a clear error. {@code DPG_FUZZ=100000} plays that many of each kind. */
@Timeout(600)
class HostileReportsTest {

    private static final int ROUNDS = Integer.parseInt(System.getenv().getOrDefault("DPG_FUZZ", "2000"));
    private static final String[] PIECES = {
        "\"",
        "\"\"",
        ",",
        ",,,,",
        "\n",
        "\r",
        "{",
        "}",
        "[",
        "null",
        "-1",
        "1e999",
        "NaN",
        "N/A",
        "\u0000",
        "Infinity",
        "99999999999999999999",
        "0",
        ":",
        "\uFEFF",
        "true",
        "\\u0000",
        "1e-999",
        "Aggregated",
        "50%"
    };

    @TempDir
    Path folder;

    @Test
    void mutatedLocustFiles() throws IOException {
        byte[] real = Files.readAllBytes(LocustCsvTest.real("locust-2.47.0_stats.csv"));
        int good = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path file = folder.resolve("stats.csv");
            Files.write(file, mutate(real, new SplittableRandom(round)));
            try {
                Performance performance = LocustCsv.read(file).measured();
                assertThat(performance.requests()).as("round %d", round).isPositive();
                good++;
            } catch (DeployException e) {
                assertThat(e.getMessage())
                        .as("round %d", round)
                        .startsWith("Tried to read")
                        .hasSizeLessThan(2_000);
            } catch (RuntimeException e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(good).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }

    @Test
    void mutatedBaselines() throws IOException {
        Map<String, BaselineEntry> entries = new TreeMap<>();
        Performance usual =
                new Performance(Duration.ofMillis(5), Duration.ofMillis(19), Duration.ofMillis(40), 0.01, 166.4, 1_000);
        entries.put("performance", new BaselineEntry(usual, "1.4.0", "r-1", Instant.parse("2026-01-01T00:00:00Z"), 3));
        entries.put("load", new BaselineEntry(usual, "1.4.0", "", Instant.parse("2026-01-02T00:00:00Z"), 1));
        byte[] real = BaselineJson.write(entries);
        Path file = folder.resolve("performance.json");
        PerformanceBaseline baseline = PerformanceBaseline.at(file).firstRunPasses();
        int good = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutated = mutate(real, new SplittableRandom(round));
            Files.write(file, mutated);
            try {
                Comparison comparison = baseline.compare("performance", usual);
                good += comparison.good() ? 1 : 0;
                baseline.record("other", usual, "2");
                assertThat(new BaselineFile(file).read().get("other").performance())
                        .as("round %d", round)
                        .isEqualTo(usual);
            } catch (DeployException e) {
                assertThat(e.getMessage())
                        .as("round %d", round)
                        .startsWith("Tried to")
                        .hasSizeLessThan(2_000);
                assertThat(Files.readAllBytes(file)).as("round %d", round).isEqualTo(mutated);
            } catch (RuntimeException e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(good).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }

    @Test
    void deepNestingIsAnError() throws IOException {
        Path file = folder.resolve("performance.json");
        Files.writeString(file, "[".repeat(500_000));
        assertThat(PerformanceBaseline.at(file)
                        .compare("x", new Performance(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 1, 1_000))
                        .good())
                .isFalse();
    }

    private static byte[] mutate(byte[] real, SplittableRandom random) {
        byte[] bytes = real.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(20));
            bytes = switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOf(bytes, at);
                case 1 -> splice(bytes, at, to, new byte[0]);
                case 2 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 3 -> splice(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
                default ->
                    splice(
                            bytes,
                            at,
                            random.nextBoolean() ? at : to,
                            PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8));
            };
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
        System.arraycopy(piece, 0, spliced, from, piece.length);
        System.arraycopy(bytes, to, spliced, from + piece.length, bytes.length - to);
        return spliced;
    }
}
