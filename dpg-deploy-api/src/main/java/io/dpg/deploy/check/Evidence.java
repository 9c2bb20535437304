package io.dpg.deploy.check;

/**
 * The numbers that a statistical verdict rests on. Plain data; numbers that a method does not give are NaN.
 *
 * @param method the test and its variant, such as {@code Mann–Whitney, exact}
 * @param estimate how far the candidate is from the baseline, in the metric's unit; its sign is that of candidate minus
 *     baseline
 * @param lower lower end of the confidence interval of {@code estimate}
 * @param upper upper end of it
 * @param confidence confidence of the interval and of the verdict, within 0 to 1, such as 0.99
 * @param effect the candidate as a multiple of the baseline, such as 1.3 for 30 % more
 * @param pValue probability of evidence at least as strong if candidate and baseline were alike
 * @param candidateSize samples, or requests where events are counted, of the candidate
 * @param baselineSize the same of the baseline
 */
public record Evidence(
        String method,
        double estimate,
        double lower,
        double upper,
        double confidence,
        double effect,
        double pValue,
        long candidateSize,
        long baselineSize) {}
