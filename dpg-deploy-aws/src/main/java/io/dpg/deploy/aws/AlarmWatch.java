package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.internal.metric.AlarmRun;
import io.dpg.deploy.aws.internal.metric.Alarms;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Fails a rollout when one of some CloudWatch alarms, metric or composite, goes into ALARM after the candidate got its first
 * traffic. For {@code RolloutBuilder.watch}; as an analysis of a bake it works as well.
 *
 * <table>
 * <caption>What the states mean</caption>
 * <tr><th>CloudWatch says</th><th>before the start</th><th>under watch</th></tr>
 * <tr><td>all are OK</td><td>nothing against it</td><td>passes</td></tr>
 * <tr><td>went into ALARM after the watch began</td><td></td><td>fails at once, with the alarm's reason</td></tr>
 * <tr><td>in ALARM since before</td><td>refused</td><td>holds, and says so; see {@link #evenIfAlreadyFiring}</td></tr>
 * <tr><td>INSUFFICIENT_DATA</td><td>nothing against it</td><td>holds; see {@link #insufficientDataIsOk}</td></tr>
 * <tr><td>no such alarm, not allowed, throttled, 5xx, no answer</td><td>refused</td><td>holds; never passes or fails</td></tr>
 * </table>
 *
 * <p><b>When an alarm fired</b> is what CloudWatch says ({@code StateTransitionedTimestamp}), compared with the time since
 * when the candidate has traffic by the clock of this process, so that a rollout that was resumed elsewhere misses nothing. An
 * alarm that was seen not to be firing, and then fires, fails the rollout whatever the clocks say. One that fires and is OK
 * again between two looks is not seen: look more often than the alarm's period.
 *
 * <p>Holding ends at the limit of the bake, which then fails. Needs {@code cloudwatch:DescribeAlarms} on resource {@code "*"}.
 * Immutable and thread-safe; a look blocks for about {@link AwsClients#CALL_LIMIT} at most.
 */
public final class AlarmWatch implements Analysis {

    /** The time between two looks by default: 15 seconds. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);

    private final Alarms alarms;
    private final String name;
    private final Duration interval;
    private final AlarmRun.Rules rules;

    private AlarmWatch(Alarms alarms, String name, Duration interval, AlarmRun.Rules rules) {
        this.alarms = alarms;
        this.name = name;
        this.interval = interval;
        this.rules = rules;
    }

    /**
     * Returns a watch of the alarms with these names, in the region and account of {@code clients}, which stay the caller's
     * to close.
     *
     * @throws IllegalArgumentException unless there are 1 to 100 names, each once and none an ARN
     */
    public static AlarmWatch of(AwsClients clients, String... names) {
        Alarms alarms = new Alarms(clients, List.of(names));
        return new AlarmWatch(alarms, alarms.what(), DEFAULT_INTERVAL, new AlarmRun.Rules(false, false));
    }

    /** Returns a copy with another name; default such as {@code alarm 'dpg-api-5xx'}. */
    public AlarmWatch named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a watch must not be blank");
        }
        return new AlarmWatch(alarms, name, interval, rules);
    }

    /** Returns a copy that looks so often; default {@link #DEFAULT_INTERVAL}. */
    public AlarmWatch interval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive, but is " + interval);
        }
        return new AlarmWatch(alarms, name, interval, rules);
    }

    /** Returns a copy that takes INSUFFICIENT_DATA for OK; default: it holds. See {@link AlarmGate#insufficientDataIsOk}. */
    public AlarmWatch insufficientDataIsOk() {
        return new AlarmWatch(alarms, name, interval, new AlarmRun.Rules(true, rules.evenIfFiring()));
    }

    /**
     * Returns a copy that may start although an alarm is firing, for the release that is to mend that: only an alarm that
     * goes into ALARM afterwards fails, be it one that was OK in between.
     */
    public AlarmWatch evenIfAlreadyFiring() {
        return new AlarmWatch(alarms, name, interval, new AlarmRun.Rules(rules.insufficientIsOk(), true));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public Optional<String> preflight(AnalysisContext context) throws InterruptedException {
        try {
            return AlarmRun.refusal(alarms.look(), rules);
        } catch (DeployException e) {
            return Optional.of(Alarms.message(e));
        }
    }

    @Override
    public Run start(AnalysisContext context) {
        return new AlarmRun(alarms, rules, context);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
