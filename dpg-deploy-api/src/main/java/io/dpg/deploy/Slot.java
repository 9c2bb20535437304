package io.dpg.deploy;

/** One of the two places on a target that can hold a group at the same time. */
public enum Slot {
    /** The first slot; where the first release of a target goes. */
    BLUE,
    /** The second slot. */
    GREEN;

    /** Returns the slot that is not this one. */
    public Slot other() {
        return this == BLUE ? GREEN : BLUE;
    }
}
