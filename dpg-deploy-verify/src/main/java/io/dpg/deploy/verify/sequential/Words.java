package io.dpg.deploy.verify.sequential;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people, the same in every locale. */
final class Words {

    private Words() {}

    /** Returns for example {@code 10,140}. */
    static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Returns three significant digits. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
        boolean readable = Math.abs(rounded.precision() - rounded.scale()) <= 12;
        return readable ? rounded.toPlainString() : rounded.toString();
    }

    /** Returns for example {@code 2.1 %}. */
    static String percent(double share) {
        return number(100 * share) + " %";
    }

    /** Returns a confidence as it was given, for example {@code 99.99 %}. */
    static String confidence(double share) {
        return new BigDecimal(share)
                        .movePointRight(2)
                        .round(new MathContext(8))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** Returns a certainty that is never rounded up, for example {@code 99.4 %}. */
    static String certainty(double pValue) {
        if (pValue <= 1e-4) {
            return "more than 99.99 %";
        }
        double digits = pValue < 0.01 ? 100 : 10;
        double floored = Math.floor((1 - pValue) * 100 * digits) / digits;
        return String.format(Locale.ROOT, pValue < 0.01 ? "%.2f %%" : "%.1f %%", floored);
    }
}
