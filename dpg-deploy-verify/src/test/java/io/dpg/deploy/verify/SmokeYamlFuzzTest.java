package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.Secrets;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated suites: whatever is in the file, there is a suite or a clear error, soon and with little memory. 3,000 in every
 * build; as many as {@code DPG_FUZZ} (environment) or {@code dpg.fuzz} (system property) says otherwise.
 */
class SmokeYamlFuzzTest {

    private static final Secrets SECRETS = Secrets.of(SecretSource.environment(Map.of("TOKEN", "t0ken-value")));

    private static final String FULL = """
            name: all
            concurrency: 2
            within: 1m
            critical: false
            x-base: &base {timeout: 3s, headers: {X-A: b}, expect: {status: 200-204}}
            access:
              bearer: env:TOKEN
              trusting: ca.pem
              headers: {X-Scope: shop}
              secretHeaders: {X-Key: "env:TOKEN"}
              proxy: {address: "http://proxy:3128", user: joe, password: env:TOKEN}
            defaults: {timeout: 2s, within: PT9S, successes: 2, pause: 1ms, longestPause: 2ms, failAfter: 3}
            checks:
              - <<: *base
                get: /a?x=1
                expect: {text: [hel, lo], headers: {X-Seen: yes}, latency: 30s, json: {/a: 1, /b/0: {atLeast: 1e3}}}
              - request: PURGE /b
                name: "pur\\tge"
                jsonFile: query.json
                failFast: [4xx, refused]
              - put: /c
                body: 'pl''ain'
                contentType: text/csv
              - {tcp: "db:5432", critical: false}
              - post: /search
                json: |
                  {"limit": 5, "vector": ${vector:384}}
            """;

    private static final List<String> PIECES = List.of(
            "&a [*a, *a]",
            "*base",
            "&base",
            "<<: *base",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "\n",
            "\n  ",
            "|",
            ">",
            "'",
            "\"",
            "#",
            "!!binary aGVsbG8=",
            "!!float .nan",
            "!x ",
            "%YAML 1.2",
            "---\n",
            "...\n",
            "? ",
            "~",
            "null",
            "999999999999999999999",
            "1e999999999",
            "-0",
            "0x7fffffff",
            ".inf",
            "true",
            "2001-12-14t21:59:43Z",
            "${vector:65536}",
            "${vector:99999999}",
            "${secret:env:TOKEN}",
            "env:TOKEN",
            "file:/dev/zero",
            "/dev/zero",
            "../../../../etc/passwd",
            "\u0000",
            "\uFEFF",
            "\uD83D\uDE00",
            "\u2028",
            "\t",
            "a".repeat(5000),
            "[".repeat(300),
            "{a: ".repeat(300),
            "- ".repeat(300),
            "checks:\n",
            "get: /x\n",
            "name: n\n",
            "PT1S",
            "P999999999999D",
            "{}",
            "[]",
            "80-90",
            "99999",
            "\\u0000",
            "%00",
            "://",
            "env:",
            "\r",
            "\u0085");

    @TempDir
    static Path folder;

    private static List<byte[]> seeds;

    @BeforeAll
    static void seeds() throws Exception {
        Certs.make(folder, "ca", "dns:ca", "-keyalg", "EC");
        Files.writeString(folder.resolve("query.json"), "{\"q\":1}");
        seeds = List.of(
                FULL.getBytes(StandardCharsets.UTF_8), Files.readAllBytes(Path.of("..", "examples", "smoke.yaml")));
    }

    /** What this thread has worked: other processes have no say in that. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static int count() {
        String wanted = System.getProperty("dpg.fuzz", System.getenv().getOrDefault("DPG_FUZZ", "3000"));
        return Integer.parseInt(wanted);
    }

    @Test
    @Timeout(3600)
    void whateverIsInTheFileThereIsASuiteOrAClearError() throws Exception {
        int suites = 0;
        int errors = 0;
        long slowest = 0;
        Path file = folder.resolve("fuzz.yaml");
        for (int i = 0; i < count(); i++) {
            byte[] bytes = mutated(new Random(i));
            Files.write(file, bytes);
            long begun = cpu();
            try {
                SmokeSuite suite = SmokeSuite.load(file, SECRETS);
                assertThat(suite.checks()).isNotEmpty();
                suites++;
            } catch (PlanInvalidException e) {
                assertThat(e.faults()).isNotEmpty();
                assertThat(e.getMessage()).hasSizeLessThan(100_000).doesNotContain("t0ken-value");
                errors++;
            } catch (Throwable e) {
                throw new AssertionError("seed " + i + ": " + new String(bytes, StandardCharsets.ISO_8859_1), e);
            }
            long took = cpu() - begun;
            slowest = Math.max(slowest, took);
            assertThat(took).as("nanoseconds of seed %s", i).isLessThan(10_000_000_000L);
        }
        System.out.printf("%,d suites and %,d errors; the slowest took %,d ms%n", suites, errors, slowest / 1_000_000);
        // A mutation that always breaks everything, or nothing, would test little.
        assertThat(suites).isGreaterThan(count() / 50);
        assertThat(errors).isGreaterThan(count() / 50);
    }

    @Test
    @Timeout(120)
    void bombsAreRefusedSoonAndInLittleMemory() throws Exception {
        StringBuilder laughs = new StringBuilder("x-0: &a0 [lol, lol]\n");
        StringBuilder merges = new StringBuilder("x-0: &a0 {k0: 1, j0: 2}\n");
        for (int i = 1; i < 60; i++) {
            String before = "*a" + (i - 1);
            laughs.append("x-" + i + ": &a" + i + " [" + (before + ", ").repeat(9) + before + "]\n");
            merges.append("x-" + i + ": &a" + i + " {<<: [" + before + ", " + before + "], k" + i + ": 1}\n");
        }
        List<String> bombs = List.of(
                laughs + "checks: *a59",
                laughs + "checks: [*a59]",
                merges + "checks: [*a59]",
                merges + "checks: [{get: /, headers: *a59}]",
                "&a a: *a",
                "checks: &a [*a]",
                "[".repeat(500_000),
                "{a: ".repeat(200_000),
                "- ".repeat(500_000),
                "a: ".repeat(300_000),
                "? ".repeat(500_000),
                "checks: [" + "{get: /},".repeat(100_000) + "]",
                "checks: [{get: /" + "a".repeat(900_000) + "}]",
                "checks: [{get: /, timeout: " + "9".repeat(900_000) + "}]",
                "checks: [{get: /, expect: {json: {/" + "a/".repeat(400_000) + ": 1}}}]",
                "checks: [{post: /, json: '" + "[".repeat(900_000) + "'}]",
                "checks: [{post: /, json: '" + "${vector:65536}".repeat(50_000) + "'}]",
                "\"" + "\\u0000".repeat(150_000) + "\": 1",
                "&a ".repeat(300_000),
                "!!str ".repeat(150_000),
                "|\n" + " a\n".repeat(300_000),
                "'" + "a\n\n".repeat(300_000) + "'",
                "#" + "a".repeat(1_000_000),
                "a: 1\n".repeat(200_000),
                "x".repeat(1_048_577));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Path file = folder.resolve("bomb.yaml");
        List<String> figures = new ArrayList<>();
        for (String bomb : bombs) {
            Files.writeString(file, bomb);
            String shown = bomb.substring(0, Math.min(40, bomb.length())).replace("\n", " ");
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            long begun = cpu();
            try {
                SmokeSuite.load(file, SECRETS);
                // fine as well, if it was soon
            } catch (PlanInvalidException e) {
                assertThat(e.getMessage()).as(shown).hasSizeLessThan(100_000);
            }
            long took = (cpu() - begun) / 1_000_000;
            long mebibytes =
                    (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) >> 20;
            figures.add(shown + ": " + took + " ms, " + mebibytes + " MiB");
            assertThat(took).as(shown).isLessThan(20_000);
            assertThat(mebibytes).as(shown).isLessThan(4_000);
        }
        System.out.println(String.join("\n", figures));
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int turns = 1 + random.nextInt(4); turns > 0; turns--) {
            bytes = switch (random.nextInt(8)) {
                case 0 -> flipped(bytes, random);
                case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                case 2, 3 -> inserted(bytes, random);
                case 4 -> cut(bytes, random);
                case 5 -> moved(bytes, random);
                case 6 -> replacedNumber(bytes, random);
                default -> lineTwice(bytes, random);
            };
        }
        return bytes;
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] inserted(byte[] bytes, Random random) {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        return spliced(bytes, random.nextInt(bytes.length + 1), 0, piece);
    }

    private static byte[] cut(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length + 1);
        return spliced(bytes, from, Math.min(bytes.length - from, random.nextInt(30)), new byte[0]);
    }

    private static byte[] moved(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length + 1);
        byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(60)));
        return spliced(bytes, random.nextInt(bytes.length + 1), 0, piece);
    }

    /** Replaces a word or number by something of another type. */
    private static byte[] replacedNumber(byte[] bytes, Random random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int colon = text.indexOf(": ", random.nextInt(bytes.length + 1));
        if (colon < 0) {
            return bytes;
        }
        int end = colon + 2;
        while (end < text.length() && "\n,}]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        return spliced(bytes, colon + 2, end - colon - 2, piece);
    }

    private static byte[] lineTwice(byte[] bytes, Random random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int from = text.lastIndexOf('\n', random.nextInt(bytes.length + 1)) + 1;
        int end = text.indexOf('\n', from);
        return end < 0 ? bytes : spliced(bytes, from, 0, Arrays.copyOfRange(bytes, from, end + 1));
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] piece) {
        byte[] all = new byte[bytes.length - removed + piece.length];
        System.arraycopy(bytes, 0, all, 0, at);
        System.arraycopy(piece, 0, all, at, piece.length);
        System.arraycopy(bytes, at + removed, all, at + piece.length, bytes.length - at - removed);
        return all;
    }
}
