package io.dpg.deploy.verify.judge;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them. */
final class Words {

    private Words() {}

    /** Returns {@code value} with at most three significant digits. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
        boolean readable = Math.abs(rounded.precision() - rounded.scale()) <= 9;
        return readable ? rounded.toPlainString() : rounded.toString();
    }

    /** Returns for example {@code 32 %}. */
    static String percent(double share) {
        return number(share * 100) + " %";
    }

    /** Returns for example {@code p = 0.013}, or {@code p < 0.0001}. */
    static String p(double p) {
        return p < 0.0001 ? "p < 0.0001" : "p = " + number(p);
    }

    /** Returns for example {@code 32 % higher than the baseline} or {@code 4.1 times as high as the baseline}. */
    static String change(double difference, double level) {
        String side = difference < 0 ? "lower" : "higher";
        if (difference == 0) {
            return "as high as the baseline";
        }
        if (level == 0) {
            return side + " than the baseline's 0";
        }
        double share = difference / Math.abs(level);
        return share >= 2
                ? number(1 + share) + " times as high as the baseline"
                : percent(Math.abs(share)) + ' ' + side + " than the baseline";
    }
}
