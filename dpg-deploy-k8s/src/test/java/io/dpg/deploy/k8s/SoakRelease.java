package io.dpg.deploy.k8s;

import io.dpg.deploy.Release;

/** What the soak rolls out: good releases, and bad ones of all kinds. */
enum SoakRelease {
    GOOD,
    CRASH,
    NEVER,
    BROKEN,
    SLOW;

    private static final SoakRelease[] BAD = {CRASH, NEVER, BROKEN, SLOW};

    /** Returns what the rollout with {@code number} brings: every third is bad. */
    static SoakRelease of(int number) {
        return number % 3 == 1 ? BAD[number / 3 % BAD.length] : GOOD;
    }

    boolean good() {
        return this == GOOD;
    }

    /**
     * Returns the release.
     *
     * @param seen whether a check sees the release before users do. A rolling update gives an instance traffic as soon as
     *     it is ready; there the release fails what users do not ask for, or they would see it whatever anybody did
     */
    Release release(String version, boolean seen) {
        Release release = Release.of("app", version).setting("VERSION", version).setting("CLOSING", "0.1");
        return switch (this) {
            case GOOD -> release;
            case CRASH -> release.setting("MODE", "crash");
            case NEVER -> release.setting("MODE", "never");
            case BROKEN -> both(release.setting("BROKEN", "1"), "BROKEN_WORK", "1", seen);
            case SLOW -> both(release.setting("SLOW", "3"), "SLOW_WORK", "3", seen);
        };
    }

    private static Release both(Release release, String name, String value, boolean seen) {
        return seen ? release.setting(name, value) : release;
    }
}
