package io.dpg.deploy.testkit;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which group had traffic when. */
final class TrafficLog {

    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Instant since, Traffic traffic) {}

    Traffic now() {
        return entries.isEmpty()
                ? Traffic.NONE
                : entries.get(entries.size() - 1).traffic();
    }

    void set(Instant since, Traffic traffic) {
        entries.add(new Entry(since, traffic));
    }

    /** Returns whether {@code slot} had traffic at any time after {@code from} until {@code to}. */
    boolean served(Slot slot, Instant from, Instant to) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            boolean overBefore =
                    i + 1 < entries.size() && !entries.get(i + 1).since().isAfter(from);
            if (!overBefore && entry.since().isBefore(to) && entry.traffic().share(slot) > 0) {
                return true;
            }
        }
        return false;
    }
}
