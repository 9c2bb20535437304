package io.dpg.deploy.verify.judge;

/** Checks of numbers that users set. */
final class Confidence {

    private Confidence() {}

    static double checked(String name, double confidence) {
        if (!(confidence >= 0.5 && confidence <= 0.999999)) {
            throw new IllegalArgumentException(
                    name + " must be within 0.5 to 0.999999, such as 0.98, but is " + confidence);
        }
        return confidence;
    }
}
