package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;

/**
 * Named alarms of one region, metric and composite ones. Immutable and thread-safe.
 *
 * @param clients the way to CloudWatch
 * @param names their names, at least one and at most 100
 */
public record Alarms(AwsClients clients, List<String> names) {

    /**
     * A call takes at most so many names; see {@code AlarmNames} in
     * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html.
     */
    private static final int MOST = 100;

    /** A hundred alarms fit in one page; more than a few pages is not CloudWatch. */
    private static final int PAGES = 10;

    /** Checks the names. */
    public Alarms {
        Objects.requireNonNull(clients, "clients");
        names = List.copyOf(names);
        if (names.isEmpty() || names.size() > MOST) {
            throw new IllegalArgumentException("Alarms are 1 to " + MOST + " names, but got " + names.size()
                    + "; for more, make a composite alarm of them");
        }
        Set<String> seen = new LinkedHashSet<>();
        for (String name : names) {
            if (name.isBlank() || name.length() > 255 || name.startsWith("arn:")) {
                throw new IllegalArgumentException("An alarm is given by its name, of 1 to 255 characters, but got '"
                        + name + "'; of an ARN, take what follows ':alarm:'");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException("The alarm '" + name + "' is given twice");
            }
        }
    }

    /**
     * Returns the alarms in the order of their names.
     *
     * @throws DeployException if one does not exist or AWS refused or did not answer; retryable where that may pass
     * @throws InterruptedException if this thread is interrupted
     */
    public List<Alarm> look() throws InterruptedException {
        Map<String, Alarm> found = new HashMap<>();
        try {
            read(found);
        } catch (AbortedException e) {
            throw interrupted();
        } catch (SdkException e) {
            throw AwsFault.of("read the state of " + what(), null, e);
        }
        List<String> missing = names.stream().filter(n -> !found.containsKey(n)).toList();
        if (!missing.isEmpty()) {
            throw new DeployException(
                    "Tried to read the state of " + what()
                            + ", but in the region and account of these credentials there" + " is no alarm "
                            + quoted(missing),
                    new Details(
                            AwsFault.PROVIDER,
                            null,
                            null,
                            false,
                            "correct the name, region or account, or create the alarm; a composite alarm is only shown to"
                                    + " who may cloudwatch:DescribeAlarms on resource \"*\""));
        }
        return names.stream().map(found::get).toList();
    }

    private void read(Map<String, Alarm> found) throws InterruptedException {
        String token = null;
        for (int page = 0; page < PAGES; page++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            DescribeAlarmsResponse answer = page(token);
            answer.metricAlarms().forEach(a -> found.put(a.alarmName(), Alarm.of(a)));
            answer.compositeAlarms().forEach(a -> found.put(a.alarmName(), Alarm.of(a)));
            token = answer.nextToken();
            if (token == null || token.isEmpty()) {
                return;
            }
        }
        throw new DeployException(
                "Tried to read the state of " + what() + ", but CloudWatch's answer did not end after " + PAGES
                        + " pages",
                new Details(AwsFault.PROVIDER, null, null, true, "try again"));
    }

    // Without the types, only metric alarms come.
    private DescribeAlarmsResponse page(@Nullable String token) {
        return clients.cloudWatch().describeAlarms(r -> r.alarmNames(names)
                .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM)
                .maxRecords(MOST)
                .nextToken(token));
    }

    /** The SDK sets the flag and throws its own exception; the engine waits for Java's. */
    static InterruptedException interrupted() {
        Thread.interrupted();
        return new InterruptedException("interrupted while calling CloudWatch");
    }

    /** Returns the message, which ends in the remedy. */
    public static String message(DeployException e) {
        return String.valueOf(e.getMessage());
    }

    /** Returns for example {@code alarm 'errors'}. */
    public String what() {
        return (names.size() == 1 ? "alarm " : "alarms ") + quoted(names);
    }

    private static String quoted(List<String> names) {
        return "'" + String.join("', '", names) + "'";
    }

    /** Returns what those of {@code alarms} say that {@code which} is true of; empty where there are none. */
    public static String texts(List<Alarm> alarms, Predicate<Alarm> which) {
        List<String> texts = new ArrayList<>();
        alarms.stream().filter(which).forEach(a -> texts.add(a.text()));
        return texts.isEmpty() ? "" : (texts.size() == 1 ? "alarm " : "alarms ") + String.join("; ", texts);
    }
}
