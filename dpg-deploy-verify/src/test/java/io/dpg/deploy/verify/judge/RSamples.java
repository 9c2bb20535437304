package io.dpg.deploy.verify.judge;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/** Pairs of samples of many kinds, the same for the same seed on every machine. */
record RSamples(double confidence, double[] candidate, double[] baseline) {

    private static final double[] LEVELS = {0.8, 0.9, 0.95, 0.98, 0.99};

    static RSamples random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DoubleSupplier kind = kind(random);
        double shift = random.nextInt(3) == 0 ? 0 : kind.getAsDouble() * random.nextDouble();
        int most = random.nextBoolean() ? 80 : 12;
        double[] candidate = draw(random.nextInt(1, most + 1), () -> kind.getAsDouble() + shift);
        double[] baseline = draw(random.nextInt(1, most + 1), kind);
        return new RSamples(LEVELS[random.nextInt(LEVELS.length)], candidate, baseline);
    }

    private static DoubleSupplier kind(SplittableRandom random) {
        return switch (random.nextInt(9)) {
            case 0 -> () -> 10 + normal(random);
            case 1 -> () -> StrictMath.exp(normal(random));
            case 2 -> () -> random.nextInt(5); // many ties
            case 3 -> () -> random.nextInt(8) == 0 ? random.nextInt(1, 3) : 0; // mostly zero
            case 4 -> () -> 1e-6 * random.nextDouble();
            case 5 -> () -> Math.round(200 * StrictMath.exp(0.3 * normal(random))) / 2.0;
            case 6 -> () -> normal(random) / Math.abs(normal(random)); // Cauchy
            case 7 -> () -> random.nextInt(50) == 0 ? 2 : 1; // nearly constant
            default -> () -> random.nextInt(4) == 0 ? 3 : 3 + random.nextInt(10) * 0.1; // ties that rounding may break
        };
    }

    private static double normal(SplittableRandom random) {
        return StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()))
                * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    private static double[] draw(int size, DoubleSupplier from) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> from.getAsDouble());
        return values;
    }

    String text() {
        return confidence + "\n" + join(candidate) + "\n" + join(baseline) + "\n";
    }

    private static String join(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }
}
