package io.dpg.deploy.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link LoadGenerator} saw. Immutable.
 *
 * @param sent requests sent
 * @param failed requests that got anything but a complete answer with a status of 200 to 299
 * @param answered requests by the version that answered them, well or not
 * @param failedBy failed requests by the version that answered them; {@code nobody} where no answer came
 * @param p50 the time within which half of the good answers came
 * @param p95 the time within which 95 % of the good answers came
 * @param longest the time of the slowest good answer
 * @param examples the first few failures, in words
 */
public record LoadReport(
        long sent,
        long failed,
        Map<String, Long> answered,
        Map<String, Long> failedBy,
        Duration p50,
        Duration p95,
        Duration longest,
        List<String> examples) {

    static final String NOBODY = "nobody";
    private static final int EXAMPLES = 5;

    /** Copies the collections. */
    public LoadReport {
        answered = Collections.unmodifiableMap(new TreeMap<>(answered));
        failedBy = Collections.unmodifiableMap(new TreeMap<>(failedBy));
        examples = List.copyOf(examples);
    }

    /** Returns how many requests {@code version} answered, well or not. */
    public long answeredBy(String version) {
        return answered.getOrDefault(version, 0L);
    }

    /** Collects what becomes of requests. Thread-safe. */
    static final class Tally {
        private final Map<String, Long> answered = new TreeMap<>();
        private final Map<String, Long> failedBy = new TreeMap<>();
        private final List<Long> nanos = new ArrayList<>();
        private final List<String> examples = new ArrayList<>();
        private long sent;
        private long failed;

        synchronized void answer(HttpConnection.Answer answer, long took) {
            sent++;
            String version = answer.version().isEmpty() ? NOBODY : answer.version();
            answered.merge(version, 1L, Long::sum);
            if (answer.status() >= 200 && answer.status() < 300) {
                nanos.add(took);
            } else {
                fail(version, "status " + answer.status() + " from " + version);
            }
        }

        synchronized void broken(Exception e) {
            sent++;
            fail(NOBODY, e.toString());
        }

        private void fail(String by, String example) {
            failed++;
            failedBy.merge(by, 1L, Long::sum);
            if (examples.size() < EXAMPLES) {
                examples.add(example);
            }
        }

        synchronized LoadReport report() {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return new LoadReport(
                    sent, failed, answered, failedBy, at(sorted, 0.50), at(sorted, 0.95), at(sorted, 1), examples);
        }

        private static Duration at(long[] sorted, double share) {
            return sorted.length == 0
                    ? Duration.ZERO
                    : Duration.ofNanos(sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)]);
        }
    }
}
