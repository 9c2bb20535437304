package io.dpg.deploy.aws.internal.metric;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/**
 * What an alarm says.
 *
 * @param name its name
 * @param state its state; {@code UNKNOWN_TO_SDK_VERSION} is none of those that mean anything here
 * @param reason why, as CloudWatch says it; perhaps empty
 * @param since when it came into that state, or null where nobody says
 */
public record Alarm(
        String name,
        StateValue state,
        String reason,
        @Nullable Instant since) {

    /** CloudWatch's own texts end long before; a composite alarm's may list all its children. */
    private static final int REASON = 500;

    static Alarm of(MetricAlarm a) {
        return new Alarm(
                a.alarmName(),
                known(a.stateValue()),
                text(a.stateReason()),
                since(a.stateTransitionedTimestamp(), a.stateUpdatedTimestamp()));
    }

    static Alarm of(CompositeAlarm a) {
        return new Alarm(
                a.alarmName(),
                known(a.stateValue()),
                text(a.stateReason()),
                since(a.stateTransitionedTimestamp(), a.stateUpdatedTimestamp()));
    }

    private static StateValue known(@Nullable StateValue state) {
        return state == null ? StateValue.UNKNOWN_TO_SDK_VERSION : state;
    }

    /** The time of transition is the right one: the other also moves when an alarm stays as it is. Emulators lack it. */
    private static @Nullable Instant since(@Nullable Instant transitioned, @Nullable Instant updated) {
        return transitioned != null ? transitioned : updated;
    }

    private static String text(@Nullable String reason) {
        if (reason == null) {
            return "";
        }
        String line = reason.strip().replaceAll("\\s+", " ");
        return line.length() <= REASON ? line : line.substring(0, REASON) + "…";
    }

    /** Returns whether it is firing. */
    public boolean firing() {
        return state == StateValue.ALARM;
    }

    /** Returns whether it has too little data to say anything. */
    public boolean undecided() {
        return state == StateValue.INSUFFICIENT_DATA;
    }

    /** Returns whether it says that all is well. */
    public boolean ok() {
        return state == StateValue.OK;
    }

    /** Returns what completes "alarm …", such as {@code 'errors' is in ALARM since 2025-01-01T00:00:00Z: Threshold…}. */
    public String text() {
        return "'" + name + "' is in " + state + (since == null ? "" : " since " + since)
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
