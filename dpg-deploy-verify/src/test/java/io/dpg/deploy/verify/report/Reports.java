package io.dpg.deploy.verify.report;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Reports of real tools, and gates that look at them. */
final class Reports {

    private static final Plan PLAN = plan();

    private Reports() {}

    private static Plan plan() {
        VirtualTime time = new VirtualTime();
        try (Deployer deployer =
                Deployer.builder().time(time).executor(Runnable::run).build()) {
            return deployer.rollout(new SimulatedTarget("shop", time).serving("1", 1))
                    .release(Release.of("shop", "2"))
                    .strategy(BlueGreen.standard())
                    .plan();
        }
    }

    /** A real file, such as {@code pytest/ok.xml}. */
    static Path real(String name) {
        try {
            return Path.of(Objects.requireNonNull(Reports.class.getResource("/reports/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All real files whose name ends so. */
    static List<Path> all(String ending) {
        try (Stream<Path> files = Files.walk(real("README.md").getParent())) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        try {
            return Files.readString(real(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path directory, String name, String text) {
        return write(directory, name, text.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path directory, String name, byte[] bytes) {
        try {
            return Files.write(directory.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GateDecision ask(Gate gate) {
        return ask(gate, Instant.parse("2026-11-25T08:00:00Z"));
    }

    static GateDecision ask(Gate gate, Instant now) {
        try {
            return gate.evaluate(new GateContext("r-1", Release.of("shop", "2"), PLAN, "tester", now, now, List.of()));
        } catch (Exception e) {
            throw new AssertionError("a gate decides", e);
        }
    }

    static GateContext context() {
        return context(Instant.parse("2026-11-25T08:00:00Z"));
    }

    private static GateContext context(Instant now) {
        return new GateContext("r-1", Release.of("shop", "2"), PLAN, "tester", now, now, List.of());
    }

    static String open(Gate gate) {
        return reason(gate, GateDecision.State.OPEN);
    }

    static String closed(Gate gate) {
        return reason(gate, GateDecision.State.CLOSED);
    }

    private static String reason(Gate gate, GateDecision.State state) {
        GateDecision decision = ask(gate);
        if (decision.state() != state) {
            throw new AssertionError("Expected " + state + ", but: " + decision);
        }
        return decision.reason();
    }
}
