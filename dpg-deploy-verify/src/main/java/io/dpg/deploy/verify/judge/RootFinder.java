package io.dpg.deploy.verify.judge;

import java.util.function.DoubleUnaryOperator;

/**
 * Brent's root finder: secant or inverse quadratic steps while they are short enough, else bisection (R. P. Brent,
 * "Algorithms for Minimization without Derivatives", 1973, chapter 4), with the rule of Forsythe, Malcolm and Moler
 * (1977), which R uses too, for when a step is short enough.
 */
final class RootFinder {

    private static final int MOST_STEPS = 1000;

    private RootFinder() {}

    /**
     * Returns a point within about {@code tolerance} of a change of sign between {@code low} and {@code high}, or the end
     * whose value is nearer to zero where both have the same sign.
     */
    static double root(DoubleUnaryOperator function, double low, double high, double tolerance) {
        double previous = low;
        double best = high;
        double across = low; // the sign of the function changes between best and across
        double atPrevious = function.applyAsDouble(previous);
        double atBest = function.applyAsDouble(best);
        double atAcross = atPrevious;
        if (atPrevious == 0) {
            return low;
        }
        if (atBest == 0) {
            return high;
        }
        if ((atPrevious > 0) == (atBest > 0)) {
            return Math.abs(atPrevious) < Math.abs(atBest) ? low : high;
        }
        for (int step = 0; step <= MOST_STEPS; step++) {
            double last = best - previous;
            if (Math.abs(atAcross) < Math.abs(atBest)) {
                previous = best;
                best = across;
                across = previous;
                atPrevious = atBest;
                atBest = atAcross;
                atAcross = atPrevious;
            }
            double near = 2 * Math.ulp(1.0) * Math.abs(best) + tolerance / 2;
            double move = (across - best) / 2;
            if (Math.abs(move) <= near || atBest == 0) {
                return best;
            }
            if (Math.abs(last) >= near && Math.abs(atPrevious) > Math.abs(atBest)) {
                move = interpolated(previous, best, across, atPrevious, atBest, atAcross, last, near, move);
            }
            if (Math.abs(move) < near) {
                move = move > 0 ? near : -near;
            }
            previous = best;
            atPrevious = atBest;
            best += move;
            atBest = function.applyAsDouble(best);
            if ((atBest > 0 && atAcross > 0) || (atBest < 0 && atAcross < 0)) {
                across = previous;
                atAcross = atPrevious;
            }
        }
        return best;
    }

    private static double interpolated(
            double a, double b, double c, double fa, double fb, double fc, double last, double near, double bisection) {
        double width = c - b;
        double p;
        double q;
        if (a == c) {
            double s = fb / fa;
            p = width * s;
            q = 1.0 - s;
        } else {
            double r = fa / fc;
            double t = fb / fc;
            double s = fb / fa;
            p = s * (width * r * (r - t) - (b - a) * (t - 1.0));
            q = (r - 1.0) * (t - 1.0) * (s - 1.0);
        }
        if (p > 0) {
            q = -q;
        } else {
            p = -p;
        }
        boolean shortEnough = p < 0.75 * width * q - Math.abs(near * q) / 2 && p < Math.abs(last * q / 2);
        return shortEnough ? p / q : bisection;
    }
}
