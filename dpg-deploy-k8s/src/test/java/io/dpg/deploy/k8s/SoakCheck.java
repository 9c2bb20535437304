package io.dpg.deploy.k8s;

import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Asks for {@code /work} and {@code /report} some times, each on a connection of its own. Fails on anything but 200, on a
 * slow answer, and on one of another version, except where users are, whose requests may still be answered by both.
 */
final class SoakCheck implements Check {

    private static final int ROUNDS = 5;
    private static final int SLOW_MILLIS = 1_000;
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final URI live;

    SoakCheck(URI live) {
        this.live = live;
    }

    @Override
    public String name() {
        return "work and report";
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        long begun = context.time().nanos();
        URI base = context.endpoint().orElseThrow();
        int refused = 0;
        for (int round = 0; round < ROUNDS; ) {
            try {
                for (String path : List.of("/work", "/report")) {
                    String fault = ask(base, path, context.release().version());
                    if (!fault.isEmpty()) {
                        return CheckResult.failed(name(), base + path + " " + fault, since(context, begun));
                    }
                }
                round++;
            } catch (IOException e) {
                // kube-proxy takes a moment to know a new Service
                refused++;
                if (since(context, begun).compareTo(PATIENCE) > 0) {
                    return CheckResult.failed(name(), base + ": " + e, since(context, begun));
                }
                context.time().sleep(RETRY);
            }
        }
        return CheckResult.passed(
                name(), 2 * ROUNDS + " answers, " + refused + " connections refused", since(context, begun));
    }

    private String ask(URI base, String path, String version) throws IOException {
        try (SoakConnection connection = new SoakConnection(base, 5_000)) {
            SoakConnection.Answer answer = connection.get(path, false);
            if (answer.status() != 200) {
                return "answered " + answer.status();
            }
            if (connection.ageMillis() > SLOW_MILLIS) {
                return "took " + connection.ageMillis() + " ms";
            }
            boolean users = base.getPort() == live.getPort();
            return users || answer.version().equals(version) ? "" : "was answered by version " + answer.version();
        }
    }

    private static Duration since(CheckContext context, long begun) {
        return Duration.ofNanos(context.time().nanos() - begun);
    }
}
