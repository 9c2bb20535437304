package io.dpg.deploy.local.agent;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests, failures and latencies by slot and revision, in buckets of a second, for the last {@value #SECONDS} seconds.
 * In memory only. Thread-safe.
 */
final class Stats {

    static final int SECONDS = 3_600;
    private static final int SERIES = 8;
    private static final int STEPS = 120;
    private static final double LOWEST = 50e-6;
    private static final double GROWTH = 1.14; // 120 steps reach from 50 µs to 5 min, each reading within 7 %

    private final Map<String, Bucket[]> series = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Bucket {
        final long second;
        int requests;
        int errors;
        final short[] latencies = new short[STEPS];

        Bucket(long second) {
            this.second = second;
        }
    }

    /** Records a request of {@code slot} and {@code revision} that was answered after {@code nanos}. */
    void record(String slot, String revision, boolean failed, long nanos) {
        long second = Clock.millis() / 1000;
        int step = step(nanos / 1e9);
        synchronized (this) {
            Bucket[] buckets = series.computeIfAbsent(slot + " " + revision, key -> new Bucket[SECONDS]);
            int at = (int) (second % SECONDS);
            Bucket bucket = buckets[at];
            if (bucket == null || bucket.second != second) {
                bucket = new Bucket(second);
                buckets[at] = bucket;
            }
            bucket.requests++;
            bucket.errors += failed ? 1 : 0;
            if (bucket.latencies[step] < Short.MAX_VALUE) {
                bucket.latencies[step]++;
            }
            if (series.size() > SERIES) {
                Iterator<String> oldest = series.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    /**
     * Returns {@code requests}, {@code errors} and, in seconds, {@code p50}, {@code p95} and {@code p99} of the seconds
     * that overlap the time after {@code from} until {@code to} (milliseconds since 1970).
     */
    synchronized Json query(String slot, String revision, long from, long to) {
        Bucket[] buckets = series.get(slot + " " + revision);
        long requests = 0;
        long errors = 0;
        long[] latencies = new long[STEPS];
        if (buckets != null) {
            for (Bucket bucket : buckets) {
                if (bucket != null && bucket.second * 1000 + 999 > from && bucket.second * 1000 <= to) {
                    requests += bucket.requests;
                    errors += bucket.errors;
                    for (int i = 0; i < STEPS; i++) {
                        latencies[i] += bucket.latencies[i];
                    }
                }
            }
        }
        return Json.object()
                .put("requests", requests)
                .put("errors", errors)
                .put("p50", quantile(latencies, 0.50))
                .put("p95", quantile(latencies, 0.95))
                .put("p99", quantile(latencies, 0.99));
    }

    private static int step(double seconds) {
        int step = seconds <= LOWEST ? 0 : (int) (Math.log(seconds / LOWEST) / Math.log(GROWTH));
        return Math.min(step, STEPS - 1);
    }

    private static double quantile(long[] counts, double q) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        double rank = q * total;
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && seen + counts[i] >= rank) {
                double within = (rank - seen) / counts[i];
                return LOWEST * Math.pow(GROWTH, i + within);
            }
            seen += counts[i];
        }
        return 0;
    }
}
