package io.dpg.deploy.local;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills deployers ({@code kill -9}, or stopped and woken after another one has taken over) at random moments of rollouts
 * on local processes under load, resumes each in a new process, and checks that the end is all-new or all-old and that
 * no request failed.
 *
 * <p>Usage: {@code KillDrill [kills of each strategy, default 50] [seed, default 1]}.
 */
public final class KillDrill implements AutoCloseable {

    /** A new process takes about this long to start and to carry out its rollout; kills are spread over it. */
    private static final int SPAN_MILLIS = 5_500;

    private final Path folder;
    private final Random random;
    private final LocalTarget target;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Process> started = new ArrayList<>();
    private ScheduledExecutorService load;
    private int version = 1;

    KillDrill(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
        this.target = LocalFixture.target(folder, "ok");
    }

    /** Runs the drill; see the class. */
    public static void main(String[] args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        Path folder = Files.createTempDirectory("kill-drill");
        try (KillDrill drill = new KillDrill(folder, seed)) {
            drill.begin();
            long begun = System.nanoTime();
            drill.run("blue-green", kills);
            drill.run("canary", kills);
            System.out.printf(
                    "%d kills in %d s: %s; %d requests, %d failed%n",
                    2 * kills,
                    (System.nanoTime() - begun) / 1_000_000_000L,
                    drill.outcomes,
                    drill.requests.get(),
                    drill.failures.size());
        }
    }

    /** Lets the first version serve, and starts the load: 200 requests a second, half of them POST. */
    void begin() {
        LocalFixture fixture = new LocalFixture(folder);
        fixture.serve(Slot.BLUE, "1", 2);
        URI live = target.liveEndpoint().orElseThrow();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        load = Executors.newScheduledThreadPool(4);
        for (int i = 0; i < 4; i++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(live).timeout(Duration.ofSeconds(20));
            HttpRequest one = i % 2 == 0
                    ? request.build()
                    : request.POST(HttpRequest.BodyPublishers.ofString("body")).build();
            load.scheduleAtFixedRate(() -> ask(http, one), i * 5L, 20, TimeUnit.MILLISECONDS);
        }
    }

    private void ask(HttpClient http, HttpRequest request) {
        requests.incrementAndGet();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                failures.add(answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void run(String strategy, int kills) throws Exception {
        for (int i = 0; i < kills; i++) {
            String before = serving().version();
            String next = String.valueOf(++version);
            String how = once(strategy, next);
            check(before, next, strategy + " to " + next + ", " + how);
            String end = serving().version().equals(next) ? "all new" : "all old";
            outcomes.merge(how.split(" ")[0] + " " + strategy + ": " + end, 1, Integer::sum);
        }
    }

    private String once(String strategy, String next) throws Exception {
        Process deployer = start(strategy, next);
        int after = random.nextInt(SPAN_MILLIS);
        boolean finished = deployer.waitFor(after, TimeUnit.MILLISECONDS);
        boolean stop = !finished && random.nextInt(5) == 0;
        if (stop) {
            signal("STOP", deployer);
        } else {
            deployer.destroyForcibly().waitFor();
        }
        Process resumer = start("resume", "-");
        if (!resumer.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("resume did not end: " + output(resumer));
        }
        if (stop) {
            signal("CONT", deployer);
            if (!deployer.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("a deployer that lost its lease did not end: " + output(deployer));
            }
        }
        return (stop ? "stopped" : "killed") + " after " + after + " ms, " + output(resumer);
    }

    private Process start(String what, String next) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DrillDeployer.class.getName(),
                        folder.toString(),
                        what,
                        next)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("deployer-" + started.size() + ".log").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String output(Process process) throws IOException {
        return Files.readString(folder.resolve("deployer-" + started.indexOf(process) + ".log"))
                .strip();
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private Group serving() {
        Observation now = target.observe();
        return now.serving().orElseThrow(() -> new AssertionError("traffic is split: " + now));
    }

    private void check(String before, String next, String what) throws Exception {
        Group serving = serving();
        boolean old = serving.version().equals(before);
        if (!old && !serving.version().equals(next)) {
            throw new AssertionError(what + ": " + serving + " serves");
        }
        if (serving.ready() != 2) {
            throw new AssertionError(what + ": " + target.observe());
        }
        Slot other = serving.slot().other();
        boolean leftover = target.observe()
                .group(other)
                .filter(g -> g.version().equals(next))
                .isPresent();
        if (old && leftover) {
            throw new AssertionError(what + ": the candidate is still there: " + target.observe());
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(what + ": failed requests " + failures);
        }
        oneAtATime(what);
    }

    /** Fences in a journal only rise: whoever lost its lease wrote nothing after its successor did. */
    private void oneAtATime(String what) {
        Journal journal = target.journal().orElseThrow();
        List<String> rollouts = journal.rollouts(target.key());
        if (rollouts.isEmpty()) {
            return;
        }
        List<JournalRecord> records = journal.read(rollouts.get(rollouts.size() - 1));
        long fence = 0;
        for (JournalRecord record : records) {
            if (record.fence() < fence) {
                throw new AssertionError(what + ": two deployers wrote: " + records);
            }
            fence = record.fence();
        }
        if (records.get(records.size() - 1).kind() != JournalRecord.Kind.FINISHED) {
            throw new AssertionError(what + ": the journal has no end: " + records.get(records.size() - 1));
        }
    }

    Map<String, Integer> outcomes() {
        return outcomes;
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() throws Exception {
        if (load != null) {
            load.shutdown();
            load.awaitTermination(30, TimeUnit.SECONDS);
        }
        for (Process process : started) {
            if (process.isAlive()) {
                process.destroyForcibly().waitFor();
            }
        }
        target.shutdown();
    }
}
