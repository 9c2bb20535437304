package io.dpg.deploy.k8s;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.AuditTrail;
import io.dpg.deploy.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rolls one release after the other out on a real cluster under load, every third of them bad, and demands that no
 * request fails, every bad release is rolled back and every good one promoted.
 *
 * <p>Usage: {@code Soak <rollouts of each strategy> [plain|storm|cut|down|stop|kill]... [seed=n] [only=strategy]}:
 * undisturbed; with another writer that changes the same objects all the time; with the API server out of the deployer's
 * reach for 20 seconds; with the API server ended, or stopped by a signal, for 20 seconds; with the deployer killed at a
 * random moment, and the rollout resumed in another process.
 * Needs {@code KUBECONFIG}, Docker and Go.
 */
public final class Soak implements AutoCloseable {

    static final int REPLICAS = 3;
    static final String[] STRATEGIES = {"blue-green", "canary", "rolling"};

    private final SoakApp app = new SoakApp("ksoak");
    private final Path folder;
    private final Random random;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final KubernetesTarget watcher;
    private @Nullable SoakLoad load;
    private int version;
    private int failuresSeen;
    private String stable = "0";

    Soak(long seed) throws IOException {
        folder = Files.createTempDirectory("soak");
        random = new Random(seed);
        watcher = app.cluster.target().build();
    }

    /** Runs the soak; see the class. */
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        long seed = System.nanoTime();
        String only = "";
        for (String arg : args) {
            only = arg.startsWith("only=") ? arg.substring(5) : only;
            seed = arg.startsWith("seed=") ? Long.parseLong(arg.substring(5)) : seed;
        }
        try (Soak soak = new Soak(seed)) {
            System.out.println("seed " + seed + ", records in " + soak.folder + ", " + soak.app.cluster.namespace);
            soak.begin();
            for (int i = 1; i < args.length; i++) {
                for (String strategy : args[i].contains("=") ? new String[0] : STRATEGIES) {
                    if (only.isEmpty() || only.equals(strategy)) {
                        soak.run(strategy, args[i], count);
                        System.out.println(soak);
                    }
                }
            }
            System.out.println("whole: " + soak);
        }
    }

    /** Lets the first version serve, and users come: 250 requests a second. */
    void begin() {
        app.create(REPLICAS);
        load = SoakLoad.on(app.address(), 250);
    }

    /** Rolls out {@code count} releases, {@code how} disturbed. */
    void run(String strategy, String how, int count) throws Exception {
        if (strategy.equals("rolling") && stable.equals("0")) {
            roll("blue-green", "plain", SoakRelease.GOOD); // pods of others have no preStop hook of ours
        }
        for (int i = 0; i < count; i++) {
            roll(strategy, how, SoakRelease.of(i));
        }
    }

    private void roll(String strategy, String how, SoakRelease kind) throws Exception {
        String next = String.valueOf(++version);
        String what = strategy + " " + how + " to " + next + " " + kind;
        Instant begun = Instant.now();
        String end;
        switch (how) {
            case "plain" -> end = here(strategy, kind, next, watcher, () -> {});
            case "storm" -> {
                try (SoakStorm storm = new SoakStorm(app.cluster)) {
                    end = here(strategy, kind, next, watcher, () -> {}) + ", " + storm;
                }
            }
            case "cut" -> {
                try (SoakRelay relay = new SoakRelay(app.cluster.client.getConfiguration());
                        KubernetesTarget far = relay.target(app.cluster.namespace)) {
                    int after = random.nextInt(6_000);
                    boolean silently = random.nextBoolean();
                    end = here(strategy, kind, next, far, () -> relay.cutAfter(after, 20_000, silently)) + ", " + relay;
                }
            }
            case "down", "stop" -> {
                SoakOutage[] outage = new SoakOutage[1];
                int after = random.nextInt(6_000);
                String ended = here(
                        strategy,
                        kind,
                        next,
                        watcher,
                        () -> outage[0] = new SoakOutage(after, 20_000, how.equals("down")));
                outage[0].close();
                end = ended + ", " + outage[0];
            }
            case "kill" -> end = new SoakKill(folder, app.cluster.namespace, random).roll(strategy, kind, next);
            default -> throw new IllegalArgumentException("no such disturbance: " + how);
        }
        System.out.println(begun + " " + what + ": " + end);
        check(what, kind, next, end);
    }

    private String here(String strategy, SoakRelease kind, String next, KubernetesTarget target, Runnable onceBegun) {
        try (AuditTrail audit = AuditTrail.to(folder.resolve("audit.jsonl"));
                Deployer deployer = Deployer.builder()
                        .listener(audit)
                        .listener(event -> {
                            if (event instanceof Event.Started) {
                                onceBegun.run();
                            }
                        })
                        .build()) {
            RolloutResult result = SoakRun.roll(deployer, target, strategy, kind, next);
            return result.outcome() + " in " + result.metrics().duration().toMillis() + " ms: " + result.reason();
        }
    }

    private void check(String what, SoakRelease kind, String next, String end) {
        Observation now = watcher.observe();
        Group serving = now.serving()
                .orElseThrow(() -> new AssertionError(what + ": traffic is split: " + now + ", after " + end));
        boolean untouched = end.startsWith("nothing");
        String expected = kind.good() && !untouched ? next : stable;
        if (!serving.version().equals(expected) || serving.ready() != REPLICAS) {
            throw new AssertionError(what + ": " + now + ", after " + end);
        }
        if (!kind.good() && now.groups().stream().anyMatch(g -> g.version().equals(next) && g.desired() > 0)) {
            throw new AssertionError(what + ": the candidate is still there: " + now + ", after " + end);
        }
        stable = expected;
        outcomes.merge(what.split(" to ")[0] + " " + end.split("[ :]")[0], 1, Integer::sum);
        SoakLoad users = java.util.Objects.requireNonNull(load);
        if (users.failures().size() > failuresSeen) {
            System.out.println(what + ": FAILED REQUESTS " + users);
            failuresSeen = users.failures().size();
        }
    }

    int failures() {
        return java.util.Objects.requireNonNull(load).failures().size();
    }

    long requests() {
        return java.util.Objects.requireNonNull(load).sent();
    }

    @Override
    public String toString() {
        return outcomes + "; " + load;
    }

    @Override
    public void close() {
        if (load != null) {
            load.close();
        }
        watcher.close();
        app.close();
    }
}
