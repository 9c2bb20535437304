package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.verify.sequential.Stoppers.Stopper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * False alarms and power of the sequential analysis and of what is commonly used instead, on the same simulated canaries.
 * Prints Markdown tables. Arguments: canaries per row (10,000; a fifth of that for
 * power), seed (1), {@code aa} or {@code power} for only that part.
 */
public final class FalseAlarmBench {

    private static final int LOOKS = 15;
    private static final int PAST = 20;

    private FalseAlarmBench() {}

    /** How a simulated canary's traffic is. */
    enum Kind {
        STEADY,
        /** The error rate of both groups wanders, and the candidate's share rises with time. */
        DRIFTING,
        /** An incident fails 2 to 10 requests at once, always as many in one canary. */
        BURSTS
    }

    /** Runs it. */
    public static void main(String[] args) {
        int canaries = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        String part = args.length > 2 ? args[2] : "all";
        if (!part.equals("power")) {
            System.out.println("| " + canaries + " A/A canaries, " + LOOKS + " looks | "
                    + String.join(" | ", Stoppers.all().keySet()) + " | sequential, 99 %, no past known |");
            System.out.println("| --- |" + " --- |".repeat(Stoppers.all().size() + 1));
            for (Kind kind : Kind.values()) {
                Map<String, Supplier<Stopper>> stoppers = Stoppers.all();
                stoppers.put("sequential 99 %, without the past", () -> Stoppers.withoutPast(0.99));
                print(kind.name(), canaries, falseAlarms(kind, canaries, seed, stoppers));
            }
        }
        if (!part.equals("aa")) {
            Power.print(Math.max(1, canaries / 5), seed);
        }
    }

    private static void print(String row, int canaries, Map<String, Integer> stopped) {
        StringBuilder line = new StringBuilder("| ").append(row.toLowerCase(java.util.Locale.ROOT));
        stopped.values().forEach(n -> line.append(String.format(" | %.2f %%", 100.0 * n / canaries)));
        System.out.println(line.append(" |"));
    }

    /** Returns how many harmless canaries each stopper stopped. */
    static Map<String, Integer> falseAlarms(
            Kind kind, int canaries, long seed, Map<String, Supplier<Stopper>> stoppers) {
        Map<String, Integer> stopped = new LinkedHashMap<>();
        stoppers.keySet().forEach(name -> stopped.put(name, 0));
        Traffic traffic = new Traffic(seed);
        for (int i = 0; i < canaries; i++) {
            List<Block> past = new ArrayList<>();
            List<List<Block>> canary = harmless(kind, traffic, past);
            stoppers.forEach((name, maker) -> {
                Stopper stopper = maker.get();
                past.forEach(stopper::past);
                for (List<Block> look : canary) {
                    if (stopper.look(look)) {
                        stopped.merge(name, 1, Integer::sum);
                        return;
                    }
                }
            });
        }
        return stopped;
    }

    private static List<List<Block>> harmless(Kind kind, Traffic traffic, List<Block> past) {
        double requests = traffic.logUniform(1, 1000);
        double rate = traffic.random().nextInt(10) == 0
                ? 0
                : traffic.random().nextBoolean() ? traffic.uniform(0, 0.05) : traffic.logUniform(1e-5, 0.05);
        double share = traffic.uniform(0.05, 0.5);
        int seconds = new int[] {10, 30, 60}[traffic.random().nextInt(3)];
        int burst = kind == Kind.BURSTS ? traffic.random().nextInt(2, 11) : 1;
        for (int look = 0; look < PAST; look++) {
            past.add(traffic.sample(seconds, requests, 0, rate, 1, burst));
            rate = kind == Kind.DRIFTING ? drifted(rate, traffic) : rate;
        }
        List<List<Block>> looks = new ArrayList<>();
        for (int look = 0; look < LOOKS; look++) {
            if (kind == Kind.DRIFTING) {
                share = Math.min(0.5, share * (look % 5 == 4 ? 2 : 1));
                rate = drifted(rate, traffic);
            }
            List<Block> samples = new ArrayList<>();
            for (int s = 0; s < Traffic.SAMPLES; s++) {
                samples.add(traffic.sample((double) seconds / Traffic.SAMPLES, requests, share, rate, 1, burst));
            }
            looks.add(samples);
        }
        return looks;
    }

    private static double drifted(double rate, Traffic traffic) {
        return Math.min(0.05, rate * Math.exp(traffic.uniform(-0.7, 0.7)));
    }

    /** Until when harm is stopped. */
    private static final class Power {
        private static final int LIMIT = 900;

        private record Harm(double requests, double rate, double times, double share, int good) {}

        static void print(int canaries, long seed) {
            List<Harm> harms = new ArrayList<>();
            for (double share : new double[] {0.1, 0.5}) {
                harms.add(new Harm(100, 0.01, 2, share, 0));
                harms.add(new Harm(100, 0.01, 1.5, share, 0));
                harms.add(new Harm(100, 0.01, 5, share, 0));
                harms.add(new Harm(100, 0.001, 2, share, 0));
                harms.add(new Harm(100, 0.001, 5, share, 0));
                harms.add(new Harm(100, 0.05, 2, share, 0));
                harms.add(new Harm(100, 0.05, 1.5, share, 0));
                harms.add(new Harm(100, 0.01, 2, share, 3600));
            }
            Map<String, Supplier<Stopper>> stoppers = Stoppers.all();
            System.out.println("\n| harm | a look every | " + String.join(" | ", stoppers.keySet()) + " |");
            System.out.println("| --- | --- |" + " --- |".repeat(stoppers.size()));
            for (Harm harm : harms) {
                for (int every : harm.times == 2 && harm.rate == 0.01 && harm.good == 0
                        ? new int[] {1, 5, 10, 30}
                        : new int[] {10}) {
                    StringBuilder line = new StringBuilder(String.format(
                            "| %s× errors, base %s %%, share %.0f %%%s | %d s",
                            Words.number(harm.times),
                            Words.number(100 * harm.rate),
                            100 * harm.share,
                            harm.good > 0 ? ", after an hour without" : "",
                            every));
                    for (Map.Entry<String, Supplier<Stopper>> stopper : stoppers.entrySet()) {
                        line.append(" | ")
                                .append(
                                        stopper.getKey().startsWith("Mann") && (every < 10 || harm.good > 0)
                                                ? "–"
                                                : seconds(harm, every, stopper.getValue(), canaries, seed));
                    }
                    System.out.println(line.append(" |"));
                }
            }
        }

        private static String seconds(Harm harm, int every, Supplier<Stopper> maker, int canaries, long seed) {
            int[] until = new int[canaries];
            int early = 0;
            Traffic traffic = new Traffic(seed);
            for (int i = 0; i < canaries; i++) {
                until[i] = run(harm, every, maker.get(), traffic);
                early += until[i] < 0 ? 1 : 0;
            }
            int[] found = Arrays.stream(until).filter(u -> u >= 0).sorted().toArray();
            if (found.length == 0) {
                return "all stopped before";
            }
            long never =
                    Arrays.stream(found).filter(u -> u == Integer.MAX_VALUE).count();
            return text(found[found.length / 2]) + " / " + text(found[found.length * 9 / 10])
                    + (never > 0 ? String.format(", %.1f %% never", 100.0 * never / found.length) : "")
                    + (early > 0 ? String.format(" (%.0f %% stopped before)", 100.0 * early / canaries) : "");
        }

        private static String text(int seconds) {
            return seconds == Integer.MAX_VALUE ? "never" : seconds + " s";
        }

        private static int run(Harm harm, int every, Stopper stopper, Traffic traffic) {
            for (int look = 0; look < PAST; look++) {
                stopper.past(traffic.sample(every, harm.requests, 0, harm.rate, 1, 1));
            }
            for (int second = every; second <= harm.good + LIMIT; second += every) {
                List<Block> samples = new ArrayList<>();
                double times = second > harm.good ? harm.times : 1;
                for (int s = 0; s < Traffic.SAMPLES; s++) {
                    samples.add(traffic.sample(
                            (double) every / Traffic.SAMPLES, harm.requests, harm.share, harm.rate, times, 1));
                }
                if (stopper.look(samples)) {
                    return second - harm.good <= 0 ? -1 : second - harm.good;
                }
            }
            return Integer.MAX_VALUE;
        }
    }
}
