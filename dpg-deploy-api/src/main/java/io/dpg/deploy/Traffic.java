package io.dpg.deploy;

/**
 * The share of production requests that each slot receives, in whole percent. Either both shares sum to 100, or both are
 * zero because nothing serves yet. Immutable.
 *
 * @param blue percent of requests to {@link Slot#BLUE}
 * @param green percent of requests to {@link Slot#GREEN}
 */
public record Traffic(int blue, int green) {

    /** No slot receives requests: the state of a target on which nothing was ever promoted. */
    public static final Traffic NONE = new Traffic(0, 0);

    /** Checks that both shares are within 0 to 100 and sum to 100, or are both zero. */
    public Traffic {
        if (blue < 0 || green < 0 || (blue + green != 100 && blue + green != 0)) {
            throw new IllegalArgumentException(
                    "Traffic must sum to 100 with no negative share, but blue is " + blue + " and green is " + green);
        }
    }

    /** Returns the traffic in which {@code slot} receives everything. */
    public static Traffic all(Slot slot) {
        return of(slot, 100);
    }

    /**
     * Returns the traffic in which {@code slot} receives {@code percent} and the other slot the rest.
     *
     * @throws IllegalArgumentException if {@code percent} is not within 0 to 100
     */
    public static Traffic of(Slot slot, int percent) {
        return slot == Slot.BLUE ? new Traffic(percent, 100 - percent) : new Traffic(100 - percent, percent);
    }

    /** Returns the percent of requests that {@code slot} receives. */
    public int share(Slot slot) {
        return slot == Slot.BLUE ? blue : green;
    }

    /** Returns whether no slot receives requests. */
    public boolean isNone() {
        return blue + green == 0;
    }

    /** Returns for example {@code blue 90 % / green 10 %}. */
    @Override
    public String toString() {
        return isNone() ? "no traffic" : "blue " + blue + " % / green " + green + " %";
    }
}
