package io.dpg.deploy.verify.sequential;

import java.util.SplittableRandom;

/** Simulated requests: Poisson arrivals, split between two groups; each fails or not. Seeded. */
final class Traffic {

    /** Most looks are made of this many samples, for tests that compare samples rather than counts. */
    static final int SAMPLES = 4;

    private final SplittableRandom random;

    Traffic(long seed) {
        random = new SplittableRandom(seed);
    }

    SplittableRandom random() {
        return random;
    }

    /**
     * Returns what one sample of some seconds brings.
     *
     * @param requests a second, of both groups together
     * @param share of the candidate
     * @param rate the baseline's error rate
     * @param times as many of the candidate
     * @param burst how many requests an incident fails; 1 for independent requests
     */
    Block sample(double seconds, double requests, double share, double rate, double times, int burst) {
        double candidate = seconds * requests * share;
        double baseline = seconds * requests * (1 - share);
        double bad = Math.min(1, rate * times);
        long events = burst * poisson(candidate * bad / burst);
        long baseEvents = burst * poisson(baseline * rate / burst);
        return new Block(
                events,
                events + poisson(candidate * (1 - bad)),
                baseEvents,
                baseEvents + poisson(baseline * (1 - rate)));
    }

    double uniform(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    double logUniform(double from, double to) {
        return from * Math.exp(random.nextDouble() * Math.log(to / from));
    }

    /** Multiplication for small means, else the transformed rejection PTRS of Hörmann 1993. */
    long poisson(double mean) {
        if (mean < 12) {
            double limit = Math.exp(-mean);
            long k = 0;
            for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
                k++;
            }
            return k;
        }
        double root = Math.sqrt(mean);
        double b = 0.931 + 2.53 * root;
        double a = -0.059 + 0.02483 * b;
        double inverse = 1.1239 + 1.1328 / (b - 3.4);
        double fast = 0.9277 - 3.6224 / (b - 2);
        while (true) {
            double u = random.nextDouble() - 0.5;
            double v = random.nextDouble();
            double us = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= fast) {
                return (long) k;
            }
            if (k < 0 || (us < 0.013 && v > us)) {
                continue;
            }
            if (Math.log(v * inverse / (a / (us * us) + b)) <= k * Math.log(mean) - mean - logFactorial(k)) {
                return (long) k;
            }
        }
    }

    private static double logFactorial(double k) {
        if (k < 20) {
            double sum = 0;
            for (int i = 2; i <= k; i++) {
                sum += Math.log(i);
            }
            return sum;
        }
        double n = k + 1;
        return (n - 0.5) * Math.log(n) - n + 0.918938533204673 + 1 / (12 * n) - 1 / (360 * n * n * n);
    }

    static Block sum(Block one, Block other) {
        return new Block(
                one.events() + other.events(),
                one.total() + other.total(),
                one.baseEvents() + other.baseEvents(),
                one.baseTotal() + other.baseTotal());
    }
}
