package io.dpg.deploy.examples;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.event.AuditTrail;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.verify.HttpCheck;
import io.dpg.deploy.verify.SmokeSuite;
import io.dpg.deploy.verify.sequential.Sequential;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole library in half a minute: five releases of a real service under load, of which three are promoted and two
 * caught and taken back, without a failed request of a user.
 *
 * <ol>
 *   <li>Version 1 is launched: three processes behind the proxy of a local target. From now on, users ask for
 *       {@code /work} 200 times a second.
 *   <li>Version 2 comes as a canary: 10, 50, 100 % of the traffic, its errors watched next to those of version 1.
 *   <li>Version 3 comes blue-green: all traffic at once, watched, the old group kept for instant rollback.
 *   <li>Version 4 answers every fifth request for {@code /work} with an error, though its {@code /health} is fine. The
 *       smoke suite finds out on the preview endpoint, before a single user is sent there.
 *   <li>Version 5 does {@code /work} well and passes the suite, but fails {@code /report}. Its errors give it away while
 *       it has 10 % of the traffic, as soon as they are certainly more than those of version 3.
 * </ol>
 *
 * <p>Why no user sees version 5 fail: the users here never ask for {@code /report}. A probe does, through the front door
 * like everybody, as the synthetic monitoring of a real service would; its failures are counted apart and printed. Had
 * version 5 failed {@code /work}, up to 10 % of the users' requests would have failed until it was noticed. That is what
 * a canary limits and a check prevents.
 */
public final class Quickstart {

    private static final int USERS_PER_SECOND = 200;
    private static final int PROBES_PER_SECOND = 50;

    private final Stage stage;
    private final Pace pace;
    private final PrintStream out;
    private final Listener progress;
    private final Path audit;
    private final List<Act> acts = new ArrayList<>();

    /**
     * How long releases are watched.
     *
     * @param bake at each share of a canary's traffic, and after a blue-green switch
     * @param finalBake at the end of a canary
     */
    record Pace(Duration bake, Duration finalBake) {
        static final Pace STANDARD = new Pace(Duration.ofSeconds(4), Duration.ofSeconds(2));
    }

    Quickstart(Stage stage, Pace pace, PrintStream out, Listener progress, Path audit) {
        this.stage = stage;
        this.pace = pace;
        this.out = out;
        this.progress = progress;
        this.audit = audit;
    }

    /** Plays all acts and returns what came of them. */
    QuickstartReport play() {
        long begin = System.nanoTime();
        act("Version 1: the first release", demo("1"), BlueGreen.standard().bakeTime(Duration.ZERO), true);
        stage.load(USERS_PER_SECOND, PROBES_PER_SECOND);
        out.println("\nFrom now on users ask for /work " + USERS_PER_SECOND
                + " times a second, and a probe for /report " + PROBES_PER_SECOND + " times a second.");
        act("Version 2: a canary", demo("2"), canary(), true);
        act("Version 3: blue-green", demo("3"), BlueGreen.standard().bakeTime(pace.bake()), true);
        act(
                "Version 4: fails every fifth request, which the smoke suite must notice",
                demo("4").setting("error-rate", "0.2"),
                canary(),
                false);
        act(
                "Version 5: passes the suite but fails /report, which its errors must show",
                demo("5").setting("error-rate", "1").setting("error-path", "/report"),
                canary(),
                false);
        stage.stopLoad();
        return new QuickstartReport(
                acts, stage.users(), stage.probe(), Duration.ofNanos(System.nanoTime() - begin), audit);
    }

    private void act(String title, Release release, Strategy strategy, boolean promoted) {
        out.println("\n== " + title + "\n");
        try (AuditTrail trail = AuditTrail.to(audit);
                // An application keeps one deployer. Here, each act closes its own, and so waits until all is printed.
                Deployer deployer = stage.deployer(progress, trail)) {
            RolloutBuilder rollout = deployer.rollout(stage.target())
                    .release(release)
                    .strategy(strategy)
                    .environment(Environment.named("demo").replicas(3).build())
                    .verify(smoke())
                    .limits(limits());
            if (strategy instanceof Canary) {
                rollout.watch(errors());
            } else if (!acts.isEmpty()) {
                rollout.analyze(errorRate());
            }
            RolloutResult result = rollout.execute();
            acts.add(new Act(release.version(), strategy.describe(), result, promoted));
            if (promoted) {
                result.orThrow();
            }
        }
    }

    /** The settings fill in the command line of the target, see {@link Stage}. */
    private static Release demo(String version) {
        return Release.of("demo", version).setting("error-rate", "0").setting("error-path", "/work");
    }

    private Canary canary() {
        return Canary.weights(10, 50, 100).bakeTime(pace.bake()).finalBakeTime(pace.finalBake());
    }

    private static Limits limits() {
        Duration limit = Duration.ofSeconds(30);
        return Limits.DEFAULT.change(limit).ready(limit).verify(limit).drain(Duration.ofSeconds(5));
    }

    /** Work must do six times in a row, and may fail twice; a release that fails every fifth request is found at once. */
    private static Check smoke() {
        Duration breath = Duration.ofMillis(10);
        return SmokeSuite.named("smoke")
                .add(
                        HttpCheck.get("/health").expectText("well"),
                        HttpCheck.get("/version").expectHeader("X-Version"),
                        HttpCheck.get("/work")
                                .successes(6)
                                .backoff(breath, breath)
                                .failAfter(2));
    }

    /**
     * Canaries: what the proxy counts for the release, next to what it counts at the same time for the version that serves.
     * Looks every second from the first traffic on, and stops the release as soon as it is certainly worse.
     */
    private Sequential errors() {
        return Sequential.harm("errors")
                .from(stage.target().metrics(), "error-ratio")
                .interval(Duration.ofSeconds(1));
    }

    /** After a switch: at most twice what it was before, and 1 % where that was nothing; 2 bad looks of 3 fail. */
    private Metric errorRate() {
        return Metric.named("error rate")
                .from(stage.target().metrics(), "error-ratio")
                .below(2)
                .timesBaseline()
                .tolerating(0.01)
                .interval(Duration.ofSeconds(1));
    }

    /**
     * One rollout of the quickstart.
     *
     * @param promoted whether it was to be promoted, rather than rolled back
     */
    record Act(String version, String strategy, RolloutResult result, boolean promoted) {}

    /**
     * Plays the quickstart on the console; exit code 1 if anything went otherwise than promised.
     *
     * @param args where to write the audit trail; default {@code target/quickstart/audit.jsonl}
     */
    public static void main(String[] args) {
        Path audit = Path.of(args.length > 0 ? args[0] : "target/quickstart/audit.jsonl");
        System.exit(run(audit, Pace.STANDARD, System.out) ? 0 : 1);
    }

    static boolean run(Path audit, Pace pace, PrintStream out) {
        Stage stage = Stage.open(audit);
        // Ctrl-C: the proxy and the services are processes of their own and would go on.
        Runtime.getRuntime().addShutdownHook(new Thread(stage::stop, "stop"));
        try (stage) {
            QuickstartReport report = new Quickstart(stage, pace, out, ConsoleProgress.standard(), audit).play();
            out.println("\n== Summary\n\n" + report);
            if (report.faults().isEmpty()) {
                stage.close();
                stage.delete();
                return true;
            }
        } catch (DeployException | IOException e) {
            out.println("\nThe quickstart was stopped: " + e.getMessage());
            if (stage.stopped()) {
                return false;
            }
        }
        out.println("\nLogs of the services and the proxy are in " + stage.folder());
        return false;
    }
}
