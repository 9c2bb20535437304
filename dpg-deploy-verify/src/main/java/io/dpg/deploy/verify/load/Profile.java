package io.dpg.deploy.verify.load;

import io.dpg.deploy.Plan;
import java.time.Duration;
import java.util.Locale;

/**
 * How a load is spread over time.
 *
 * @param rate requests a second of an open load; 0 where {@code concurrency} is set
 * @param concurrency requests under way at a time of a closed load; 0 where {@code rate} is set
 * @param count requests at most, warm-up not counted; 0 for as many as the time allows
 * @param mostRate requests a second that are allowed at all
 * @param mostDuration the longest duration that is allowed
 */
record Profile(
        double rate,
        int concurrency,
        Duration duration,
        long count,
        Duration warmUp,
        Duration timeout,
        int connections,
        int mostRate,
        Duration mostDuration) {

    static final Profile DEFAULT = new Profile(
            0,
            0,
            Duration.ofSeconds(10),
            0,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            256,
            Load.MOST_RATE,
            Load.MOST_DURATION);

    Profile rate(double perSecond) {
        if (concurrency > 0) {
            throw both("rate(" + text(perSecond) + ")", "concurrency(" + concurrency + ")");
        }
        if (!(perSecond > 0 && perSecond <= Load.LAST_RATE)) {
            throw new IllegalArgumentException(
                    "rate must be positive and at most " + Load.LAST_RATE + " a second, but is " + perSecond);
        }
        return new Profile(perSecond, 0, duration, count, warmUp, timeout, connections, mostRate, mostDuration);
    }

    Profile concurrency(int requests) {
        if (rate > 0) {
            throw both("concurrency(" + requests + ")", "rate(" + text(rate) + ")");
        }
        within("concurrency", requests, 1, Load.LAST_CONNECTIONS);
        return new Profile(0, requests, duration, count, warmUp, timeout, connections, mostRate, mostDuration);
    }

    Profile duration(Duration value) {
        positive("duration", value);
        return new Profile(rate, concurrency, value, count, warmUp, timeout, connections, mostRate, mostDuration);
    }

    Profile count(long requests) {
        within("count", requests, 1, Integer.MAX_VALUE);
        return new Profile(rate, concurrency, duration, requests, warmUp, timeout, connections, mostRate, mostDuration);
    }

    Profile warmUp(Duration value) {
        if (value.isNegative() || value.compareTo(Load.LAST_DURATION) > 0) {
            throw new IllegalArgumentException("warmUp must be within 0 and a day, but is " + value);
        }
        return new Profile(rate, concurrency, duration, count, value, timeout, connections, mostRate, mostDuration);
    }

    Profile timeout(Duration value) {
        positive("timeout", value);
        return new Profile(rate, concurrency, duration, count, warmUp, value, connections, mostRate, mostDuration);
    }

    Profile connections(int value) {
        within("connections", value, 1, Load.LAST_CONNECTIONS);
        return new Profile(rate, concurrency, duration, count, warmUp, timeout, value, mostRate, mostDuration);
    }

    Profile allowing(int perSecond, Duration time) {
        within("the allowed rate", perSecond, 1, Load.LAST_RATE);
        positive("the allowed duration", time);
        return new Profile(rate, concurrency, duration, count, warmUp, timeout, connections, perSecond, time);
    }

    /** Returns a copy that says how to spread requests, and that is within what is allowed. */
    Profile checked() {
        Profile whole = rate == 0 && concurrency == 0 ? rate(Load.DEFAULT_RATE) : this;
        if (whole.rate > mostRate) {
            throw new IllegalArgumentException("rate(" + text(whole.rate) + ") is above the " + mostRate
                    + " requests a second that a load may send; if the server is meant to take that, say so with"
                    + " allowing(" + text(whole.rate) + ", duration)");
        }
        Duration all = warmUp.plus(duration);
        if (all.compareTo(mostDuration) > 0) {
            throw new IllegalArgumentException("warmUp and duration of together " + Plan.text(all)
                    + " are above the " + Plan.text(mostDuration)
                    + " that a load may take; if that is meant, say so with allowing(rate, duration)");
        }
        return whole;
    }

    /** Returns how many requests may be under way at a time. */
    int slots() {
        return concurrency > 0 ? concurrency : connections;
    }

    /** Returns for example {@code 200 a second for 10 s}. */
    String text() {
        String spread = concurrency > 0 ? concurrency + " at a time" : text(rate) + " a second";
        return (count > 0 ? count + " requests, " : "") + spread + " for " + Plan.text(duration);
    }

    static String text(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%,d", (long) number)
                : String.format(Locale.ROOT, "%,.1f", number);
    }

    private static IllegalArgumentException both(String one, String other) {
        return new IllegalArgumentException(
                "A load has either a rate or a concurrency, but got " + one + " after " + other + "; keep one of them");
    }

    private static void within(String setting, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(
                    setting + " must be within " + from + " and " + to + ", but is " + value);
        }
    }

    private static void positive(String setting, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Load.LAST_DURATION) > 0) {
            throw new IllegalArgumentException(setting + " must be positive and at most a day, but is " + value);
        }
    }
}
