package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.internal.metric.Alarm;
import io.dpg.deploy.aws.internal.metric.Alarms;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.util.List;

/**
 * Opens only when all of some CloudWatch alarms, metric or composite, are OK: a release that starts while something is
 * already wrong cannot be judged.
 *
 * <table>
 * <caption>What the states mean</caption>
 * <tr><th>CloudWatch says</th><th>the gate</th></tr>
 * <tr><td>all are OK</td><td>opens</td></tr>
 * <tr><td>one is in ALARM</td><td>is closed, with the alarm's reason; waits after {@link #waitUntilOk}</td></tr>
 * <tr><td>one has INSUFFICIENT_DATA</td><td>waits; takes it for OK after {@link #insufficientDataIsOk}</td></tr>
 * <tr><td>one does not exist, or reading is not allowed</td><td>is closed, with what to do</td></tr>
 * <tr><td>throttled, 5xx, or nothing in time</td><td>waits: not being able to look is no verdict</td></tr>
 * </table>
 *
 * <p>Waiting ends at the rollout's limit for gates. For a release that is to mend what the alarm is about, leave the gate
 * out, and see {@link AlarmWatch#evenIfAlreadyFiring}. Needs {@code cloudwatch:DescribeAlarms} on resource {@code "*"}.
 * Immutable and thread-safe; an evaluation blocks for about {@link AwsClients#CALL_LIMIT} at most.
 */
public final class AlarmGate implements Gate {

    private final Alarms alarms;
    private final String name;
    private final boolean insufficientIsOk;
    private final boolean waits;

    private AlarmGate(Alarms alarms, String name, boolean insufficientIsOk, boolean waits) {
        this.alarms = alarms;
        this.name = name;
        this.insufficientIsOk = insufficientIsOk;
        this.waits = waits;
    }

    /**
     * Returns a gate of the alarms with these names, in the region and account of {@code clients}, which stay the caller's
     * to close.
     *
     * @throws IllegalArgumentException unless there are 1 to 100 names, each once and none an ARN
     */
    public static AlarmGate of(AwsClients clients, String... names) {
        Alarms alarms = new Alarms(clients, List.of(names));
        return new AlarmGate(alarms, alarms.what(), false, false);
    }

    /** Returns a copy with another name; default such as {@code alarm 'dpg-api-5xx'}. */
    public AlarmGate named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a gate must not be blank");
        }
        return new AlarmGate(alarms, name, insufficientIsOk, waits);
    }

    /**
     * Returns a copy that takes INSUFFICIENT_DATA for OK; default: it waits. Right for alarms about metrics that exist only
     * while something fails, such as {@code HTTPCode_Target_5XX_Count}; better is an alarm that treats missing data as not
     * breaching.
     */
    public AlarmGate insufficientDataIsOk() {
        return new AlarmGate(alarms, name, true, waits);
    }

    /** Returns a copy that waits for an alarm to end rather than reject the rollout; default: it rejects. */
    public AlarmGate waitUntilOk() {
        return new AlarmGate(alarms, name, insufficientIsOk, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        List<Alarm> now;
        try {
            now = alarms.look();
        } catch (DeployException e) {
            return e.retryable() ? GateDecision.waiting(Alarms.message(e)) : GateDecision.closed(Alarms.message(e));
        }
        String firing = Alarms.texts(now, Alarm::firing);
        if (!firing.isEmpty()) {
            return waits
                    ? GateDecision.waiting(firing)
                    : GateDecision.closed(firing + "; start again when it is OK, or, if this release is to mend that,"
                            + " without this gate");
        }
        String open = Alarms.texts(now, a -> !a.ok() && !(a.undecided() && insufficientIsOk));
        return open.isEmpty()
                ? GateDecision.open(alarms.what() + (now.stream().allMatch(Alarm::ok) ? " OK" : " not firing"))
                : GateDecision.waiting(open + "; where that is its normal state, add insufficientDataIsOk()");
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
