package io.dpg.deploy.bench;

import io.dpg.deploy.secret.Redactor;
import io.dpg.deploy.secret.Secret;
import java.util.Arrays;
import java.util.Locale;

/** How long it takes to look through 1 MiB of text that nearly holds fifty secrets; prints the median of 21 runs. */
public final class RedactorBench {

    private static final int RUNS = 21;

    private RedactorBench() {}

    /** Runs the benchmark. */
    public static void main(String[] args) {
        Redactor redactor = new Redactor();
        for (int i = 0; i < 50; i++) {
            redactor.add(Secret.of("postgres://app:" + "a".repeat(20) + i + "@db/app"));
        }
        String unlucky = "postgres://app:" + "a".repeat(19) + "@";
        String text = unlucky.repeat(1024 * 1024 / unlucky.length());
        long[] nanos = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long begun = System.nanoTime();
            if (redactor.redact(text).length() != text.length()) {
                throw new IllegalStateException("changed what holds no secret");
            }
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(Locale.ROOT, "1 MiB, 50 secrets: %.0f ms in the median%n", nanos[RUNS / 2] / 1e6);
    }
}
