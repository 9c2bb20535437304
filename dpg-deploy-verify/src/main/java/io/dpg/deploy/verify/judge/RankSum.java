package io.dpg.deploy.verify.judge;

/**
 * Ranks of two sorted samples in one, the first moved by a shift. The order of the arithmetic is that of the textbook
 * formula as R writes it, so that results are the same to the last digit.
 *
 * @param u pairs in which {@code x − shift} is greater than {@code y}, ties counted half
 * @param ties Σ(t³ − t) over groups of t equal values
 * @param n values of x
 * @param m values of y
 */
record RankSum(double u, double ties, double n, double m) {

    /** Ranks {@code x − shift} among {@code y}; both ascending. */
    static RankSum of(double[] x, double[] y, double shift) {
        int i = 0;
        int j = 0;
        double sum = 0;
        double ties = 0;
        while (i < x.length) {
            double a = x[i] - shift;
            double value = j < y.length && y[j] < a ? y[j] : a;
            int before = i + j;
            int fromX = i;
            while (i < x.length && x[i] - shift == value) {
                i++;
            }
            while (j < y.length && y[j] == value) {
                j++;
            }
            double count = i + j - before;
            sum += (i - fromX) * (before + (count + 1) / 2);
            ties += count * count * count - count;
        }
        while (j < y.length) {
            int from = j;
            while (j < y.length && y[j] == y[from]) {
                j++;
            }
            double count = j - from;
            ties += count * count * count - count;
        }
        double n = x.length;
        return new RankSum(sum - n * (n + 1) / 2, ties, n, y.length);
    }

    boolean tied() {
        return ties > 0;
    }

    /** Returns U less its mean. */
    double centred() {
        return u - n * m / 2;
    }

    /** Returns the standard deviation of U, corrected for ties; 0 where all values are equal. */
    double sigma() {
        return sigma(n, m, ties);
    }

    static double sigma(double n, double m, double ties) {
        return Math.sqrt(Math.max(0, (n * m / 12) * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))));
    }

    /** Returns Σ(t³ − t) of one sorted sample. */
    static double tiesWithin(double[] sorted) {
        double ties = 0;
        for (int i = 0; i < sorted.length; ) {
            int from = i;
            while (i < sorted.length && sorted[i] == sorted[from]) {
                i++;
            }
            double count = i - from;
            ties += count * count * count - count;
        }
        return ties;
    }

    /** Returns the standardised statistic, towards zero by half a pair where {@code corrected}. */
    double z(boolean corrected) {
        double centred = centred();
        return (centred - (corrected ? Math.signum(centred) * 0.5 : 0)) / sigma();
    }
}
