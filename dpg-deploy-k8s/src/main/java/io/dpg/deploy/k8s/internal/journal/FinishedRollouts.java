package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.spi.JournalRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers rollouts that have ended, to which nothing is added any more: who looks for what was promoted last reads all
 * of them, again and again. Bounded; thread-safe.
 */
final class FinishedRollouts {

    /** How much is remembered, in characters: about 8 MiB of memory at most. */
    static final long LIMIT = 4L * 1024 * 1024;

    private record Entry(List<JournalRecord> records, long size) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    synchronized Optional<List<JournalRecord>> get(String rollout) {
        return Optional.ofNullable(entries.get(rollout)).map(Entry::records);
    }

    /** Remembers {@code records}, whose text has {@code length} characters, in place of what was not used for longest. */
    synchronized void put(String rollout, List<JournalRecord> records, long length) {
        remove(rollout);
        entries.put(rollout, new Entry(records, length));
        size += length;
        Iterator<Entry> oldest = entries.values().iterator();
        while (size > LIMIT) {
            size -= oldest.next().size();
            oldest.remove();
        }
    }

    synchronized void remove(String rollout) {
        Entry removed = entries.remove(rollout);
        size -= removed == null ? 0 : removed.size();
    }
}
