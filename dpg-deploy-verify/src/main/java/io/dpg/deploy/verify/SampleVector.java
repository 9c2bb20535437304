package io.dpg.deploy.verify;

/**
 * Vectors to ask a vector search with. Always the same for the same length, so that answers can be compared; of length
 * 1 in the sense of geometry, as embeddings are.
 */
public final class SampleVector {

    /** The most numbers a vector may have: {@value}. */
    public static final int MOST = 65_536;

    private SampleVector() {}

    /**
     * Returns a vector as a JSON array of {@code numbers} numbers with 6 digits after the point. Its i-th number is
     * proportional to {@code sin(i + 1)}.
     *
     * @throws IllegalArgumentException if {@code numbers} is not within 1 to {@value #MOST}
     */
    public static String json(int numbers) {
        if (numbers < 1 || numbers > MOST) {
            throw new IllegalArgumentException("A vector has 1 to " + MOST + " numbers, but got " + numbers);
        }
        double squares = 0;
        double[] sines = new double[numbers + 1];
        for (int i = 1; i <= numbers; i++) {
            sines[i] = StrictMath.sin(i);
            squares += sines[i] * sines[i];
        }
        double length = Math.sqrt(squares);
        StringBuilder json = new StringBuilder(numbers * 10).append('[');
        for (int i = 1; i <= numbers; i++) {
            // From whole millionths: quick, and no locale has a say.
            long millionths = Math.round(sines[i] / length * 1_000_000);
            long size = Math.abs(millionths);
            json.append(i == 1 ? "" : ",")
                    .append(millionths < 0 ? "-" : "")
                    .append(size / 1_000_000)
                    .append('.')
                    .append(String.valueOf(1_000_000 + size % 1_000_000), 1, 7);
        }
        return json.append(']').toString();
    }
}
