package io.dpg.deploy.verify.sequential;

/**
 * By how much counts vary more from look to look than those of independent requests would: the size of bursts. The mean of
 * Pearson's statistic of neighbouring looks of one group, which hardly notices a rate that drifts slowly; about 1 for
 * independent requests. Used by one thread.
 *
 * <p>Evidence taken to the power {@code 1/f} with {@code f ≥ 1} known before the look stays fair (Jensen's inequality), so
 * the estimate cannot do harm to the guarantee; where every incident fails {@code f} requests it restores it.
 */
final class Dispersion {

    /** An estimate counts only where it is this many standard errors above 1. */
    private static final double STANDARD_ERRORS = 1.5;

    private final Series candidate = new Series();
    private final Series baseline = new Series();
    private double sum;
    private long pairs;

    private static final class Series {
        double events;
        double total;
    }

    void addCandidate(double events, double total) {
        add(candidate, events, total);
    }

    void addBaseline(double events, double total) {
        add(baseline, events, total);
    }

    private void add(Series series, double events, double total) {
        if (total <= 0) {
            return;
        }
        double rate = (events + series.events) / (total + series.total);
        if (series.total > 0 && rate > 0 && rate < 1) {
            double apart = events / total - series.events / series.total;
            sum += apart * apart / (rate * (1 - rate) * (1 / total + 1 / series.total));
            pairs++;
        }
        series.events = events;
        series.total = total;
    }

    /** Returns the size of bursts so far, at least 1. */
    double factor() {
        if (pairs < 2) {
            return 1;
        }
        double mean = sum / pairs;
        return mean >= 1 + STANDARD_ERRORS * Math.sqrt(2.0 / pairs) ? mean : 1;
    }
}
