package io.dpg.deploy.verify.load;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.load.Comparison.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How releases performed so far, in a file, for later ones to be held against. The deployer tells it how rollouts end, so
 * that it moves with promoted releases and with no others:
 *
 * <pre>{@code
 * PerformanceBaseline baseline = PerformanceBaseline.at(Path.of("performance.json")).tolerance(Figure.P95, 0.15);
 * Deployer deployer = Deployer.builder().listener(baseline).build();
 * deployer.rollout(target).release(release)
 *         .gate(baseline.gate(LocustCsv.read(Path.of("out_stats.csv"))))                // before anything is changed
 *         .verify(LoadCheck.of(Load.get("/search").rate(100)).against(baseline))        // the new group itself
 *         .execute();
 * }</pre>
 *
 * <p><b>Profiles.</b> A file holds a profile for each gate and check, under its name; {@link #profile} says another.
 *
 * <p><b>Tolerances.</b> {@link Figure} tells the defaults. Latencies are also never too long by less than
 * {@link #slack}, and {@link #minRequests} says with how many requests figures mean anything.
 *
 * <p><b>The first release</b> has no baseline to be held against, and is refused, as no data is never a pass; unless
 * {@link #firstRunPasses} says that it may pass, or {@link #record} has put something there. A file that is there and
 * cannot be understood is an error in any case.
 *
 * <p><b>After promotion</b> what the rollout measured replaces its profile, or moves it ({@link #smoothing}). Releases
 * that each get slower by less than the tolerance so move it slowly; where that matters, keep the file under version
 * control and look at it. What a rollout measured is kept beside the file ({@code .pending}) until the rollout ends, so
 * that a process that takes over after a crash finds it. Nothing of a rollout that was not promoted gets into the
 * baseline. Without being a listener the baseline never moves; {@link #record} moves it by hand.
 *
 * <p>Several processes may share the file, on a file system with locks ({@code .lock} beside it): it is read anew, changed
 * and replaced atomically by one at a time.
 *
 * <p>Immutable, but for what it remembers of rollouts under way, and thread-safe; methods that take a value return a
 * changed copy, which shares the file and that memory. The listener's {@link #smoothing} is the one that counts.
 */
public final class PerformanceBaseline implements Listener {

    /** With how many requests figures mean anything, unless {@link #minRequests} says otherwise: {@value}. */
    public static final int DEFAULT_MIN_REQUESTS = 100;

    private final BaselineFile file;
    private final Measurements measurements;
    private final Tolerances tolerances;
    private final Rules rules;

    private record Rules(@Nullable String profile, double weight, int minRequests, boolean firstRunPasses) {}

    private PerformanceBaseline(BaselineFile file, Measurements measurements, Tolerances tolerances, Rules rules) {
        this.file = file;
        this.measurements = measurements;
        this.tolerances = tolerances;
        this.rules = rules;
    }

    /** Returns the baseline in {@code file}, which need not exist yet; its folder must. */
    public static PerformanceBaseline at(Path file) {
        Objects.requireNonNull(file, "file");
        return new PerformanceBaseline(
                new BaselineFile(file),
                new Measurements(file),
                Tolerances.DEFAULT,
                new Rules(null, 1, DEFAULT_MIN_REQUESTS, false));
    }

    /**
     * Returns a copy that tolerates a figure that is this much worse: 0.10 is ten percent of the baseline; for
     * {@link Figure#ERROR_RATE} it is added. Defaults are at {@link Figure}.
     *
     * @throws IllegalArgumentException if it is negative, above 1 (100 for latencies), or not a number
     */
    public PerformanceBaseline tolerance(Figure figure, double tolerance) {
        return new PerformanceBaseline(file, measurements, tolerances.with(figure, tolerance), rules);
    }

    /** Returns a copy that does not look at these figures; they are recorded all the same. Default none. */
    public PerformanceBaseline ignoring(Figure... figures) {
        return new PerformanceBaseline(file, measurements, tolerances.ignoring(Set.of(figures)), rules);
    }

    /** Returns a copy for which latencies may always be this much longer, for those near zero; default 2 ms. */
    public PerformanceBaseline slack(Duration longer) {
        return new PerformanceBaseline(file, measurements, tolerances.slack(longer), rules);
    }

    /** Returns a copy that judges nothing measured with fewer requests; default {@value #DEFAULT_MIN_REQUESTS}. */
    public PerformanceBaseline minRequests(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("minRequests must be at least 1, but is " + requests);
        }
        return with(new Rules(rules.profile, rules.weight, requests, rules.firstRunPasses));
    }

    /** Returns a copy that uses this profile of the file; default one with the name of the gate or check. */
    public PerformanceBaseline profile(String name) {
        return with(new Rules(checkedName(name), rules.weight, rules.minRequests, rules.firstRunPasses));
    }

    /**
     * Returns a copy that lets a release pass for which there is no baseline yet: no file, or not this profile in it. Say
     * it for the first release; left there, a file that was lost lets a release pass too, and a gate says so.
     */
    public PerformanceBaseline firstRunPasses() {
        return with(new Rules(rules.profile, rules.weight, rules.minRequests, true));
    }

    /**
     * Returns a copy that moves a profile only part of the way to what was measured: new = old + weight × (measured −
     * old), exponential smoothing, so that one lucky run does not fail the next release. Default 1: replaces it.
     *
     * @throws IllegalArgumentException if the weight is not above 0 and at most 1
     */
    public PerformanceBaseline smoothing(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("The weight of smoothing is above 0 and at most 1, but is " + weight);
        }
        return with(new Rules(rules.profile, weight, rules.minRequests, rules.firstRunPasses));
    }

    /** Returns a gate that holds {@code report} against this baseline, before anything is changed. */
    public BaselineGate gate(PerformanceReport report) {
        return new BaselineGate("performance", this, Objects.requireNonNull(report, "report"));
    }

    /**
     * Records {@code measured} by hand, in place of what the profile holds or smoothed with it: to begin a baseline, or in
     * a hook after a promotion.
     *
     * @param profile the profile's name
     * @param release the version that it was measured with
     * @throws DeployException if the file cannot be read, understood or written
     */
    public void record(String profile, Performance measured, String release) {
        update(checkedName(profile), measured, release, "", Time.system().now());
    }

    /** Takes note of what rollouts measure and how they end; see {@link PerformanceBaseline}. */
    @Override
    public void on(Event event) {
        if (event instanceof Event.Checked checked) {
            measurements.checked(checked.head(), checked.result());
        } else if (event instanceof Event.Finished finished) {
            String rollout = finished.head().rollout();
            if (finished.result().promoted()) {
                String version = finished.result().summary().version();
                measurements
                        .of(rollout)
                        .forEach((profile, measured) -> update(
                                profile,
                                measured,
                                version,
                                rollout,
                                finished.head().at()));
            }
            measurements.forget(rollout);
        }
    }

    /** Holds {@code measured} against the profile of {@code owner}, a gate or check. */
    Comparison compare(String owner, Performance measured) {
        String profile = profileOf(owner);
        if (measured.requests() < rules.minRequests) {
            return new Comparison(
                    Outcome.UNKNOWN,
                    "Tried to hold performance against a baseline, but it was measured with " + measured.requests()
                            + " requests, and " + rules.minRequests
                            + " are needed; measure longer, or set minRequests");
        }
        BaselineEntry entry;
        try {
            entry = file.read().get(profile);
        } catch (DeployException e) {
            return new Comparison(Outcome.UNKNOWN, String.valueOf(e.getMessage()));
        }
        if (entry == null) {
            return first(profile, measured);
        }
        List<String> faults = tolerances.faults(entry.performance(), measured);
        String baseline = "baseline '" + profile + "' of " + entry.release();
        if (faults.isEmpty()) {
            return new Comparison(
                    Outcome.GOOD, measured + "; within what is tolerated of " + baseline + ": " + entry.performance());
        }
        return new Comparison(Outcome.WORSE, "worse than " + baseline + ": " + String.join("; ", faults));
    }

    private Comparison first(String profile, Performance measured) {
        String none = file.path() + " has no baseline '" + profile + "' yet";
        return rules.firstRunPasses
                ? new Comparison(
                        Outcome.GOOD,
                        none + ", and passes as firstRunPasses() was said; recorded once promoted: " + measured)
                : new Comparison(
                        Outcome.UNKNOWN,
                        "Tried to hold performance against a baseline, but " + none
                                + "; say firstRunPasses() for the first release, or record() one. Measured: "
                                + measured);
    }

    /** Keeps what a gate of {@code rollout} measured until the rollout ends. */
    void measured(String rollout, String owner, Performance measured, String release, Instant now) {
        measurements.gate(rollout, profileOf(owner), measured, release, now);
    }

    /** Keeps what a check measured until it is known which rollout it was of. */
    void measured(String check, Duration took, Performance measured) {
        measurements.check(check, took, profileOf(check), measured);
    }

    private String profileOf(String owner) {
        return rules.profile == null ? owner : rules.profile;
    }

    private void update(String profile, Performance measured, String release, String rollout, Instant now) {
        file.change(entries -> {
            BaselineEntry old = entries.get(profile);
            if (old != null && !rollout.isEmpty() && old.rollout().equals(rollout)) {
                return; // told twice
            }
            entries.put(
                    profile,
                    old == null
                            ? new BaselineEntry(measured, release, rollout, now, 1)
                            : new BaselineEntry(
                                    old.performance().towards(measured, rules.weight),
                                    release,
                                    rollout,
                                    now,
                                    old.releases() + 1));
        });
    }

    private static String checkedName(String name) {
        if (name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A profile has a name of one line and 1 to 200 characters");
        }
        return name;
    }

    private PerformanceBaseline with(Rules other) {
        return new PerformanceBaseline(file, measurements, tolerances, other);
    }

    /** Returns the file's name. */
    @Override
    public String toString() {
        return "PerformanceBaseline[" + file.path() + "]";
    }
}
