package io.dpg.deploy.k8s.internal;

/**
 * How many ready instances of two groups receive requests, so that their ratio comes near a share. Instances that do not
 * receive any go on running, so that the way back needs no start. Pure.
 *
 * @param blue instances of blue in rotation
 * @param green instances of green in rotation
 */
record Rotation(int blue, int green) {

    /**
     * Returns the nearest ratio that keeps as many instances in rotation as the larger group has, more where ratios are
     * equally near. Each group has at least one.
     *
     * @param percent the share of green
     */
    static Rotation of(int blueReady, int greenReady, int percent) {
        Rotation best = new Rotation(blueReady, greenReady);
        int floor = Math.max(blueReady, greenReady);
        for (int blue = 1; blue <= blueReady; blue++) {
            for (int green = 1; green <= greenReady; green++) {
                Rotation other = new Rotation(blue, green);
                if (blue + green >= floor && other.nearer(best, percent)) {
                    best = other;
                }
            }
        }
        return best;
    }

    private boolean nearer(Rotation other, int percent) {
        double mine = off(percent);
        double theirs = other.off(percent);
        return mine < theirs - 1e-9 || Math.abs(mine - theirs) < 1e-9 && blue + green > other.blue + other.green;
    }

    /** Returns by how many percentage points green's share misses {@code percent}. */
    double off(int percent) {
        return blue + green == 0 ? 100 : Math.abs(100.0 * green / (blue + green) - percent);
    }
}
