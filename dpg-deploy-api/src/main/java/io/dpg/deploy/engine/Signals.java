package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people said to a rollout, from this process or another. All of it goes through the journal, so that it survives a
 * crash; what this process says is noticed at once, what others say when the journal is next read.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Duration READ_EVERY = Duration.ofSeconds(1);

    private final Journal journal;
    private final Time time;
    private final String rollout;
    private final UnaryOperator<String> redact;
    private volatile boolean dirty = true;
    private volatile boolean closing;
    private volatile @Nullable String abortHere;
    private volatile @Nullable Thread runner;
    private long readAt;
    private List<Message> messages = List.of();
    private int consumed;
    private @Nullable String abortBy;
    private boolean paused;
    private boolean promoted;

    Signals(Journal journal, Time time, String rollout, UnaryOperator<String> redact) {
        this.redact = redact;
        this.journal = journal;
        this.time = time;
        this.rollout = rollout;
    }

    /** Says something to the rollout and wakes it. Any thread. */
    void say(Message message) {
        if (message.kind() == Message.Kind.ABORT) {
            abortHere = message.by(); // heard here even where the journal cannot take it
        }
        try {
            journal.post(
                    rollout, new Message(message.kind(), message.by(), redact.apply(message.comment()), message.at()));
        } finally {
            dirty = true;
            wake();
        }
    }

    void wake() {
        Thread thread = runner;
        if (thread != null) {
            time.wake(thread);
        }
    }

    /** Makes the rollout end at its next look, resumable. Any thread. */
    void close() {
        closing = true;
        wake();
    }

    boolean closing() {
        return closing;
    }

    void runBy(@Nullable Thread thread) {
        runner = thread;
    }

    /** Takes in what was said since the last look. The rollout's thread only. */
    void read() {
        long now = time.nanos();
        if (!dirty && now - readAt < READ_EVERY.toNanos()) {
            return;
        }
        dirty = false;
        readAt = now;
        if (abortBy == null) {
            abortBy = abortHere;
        }
        try {
            messages = journal.messages(rollout);
        } catch (RuntimeException e) {
            // Nothing is lost: it is read again in a second, and the lease's end bounds how long that goes on.
            LOG.warn("Cannot read what was said to rollout {}: {}", rollout, redact.apply(e.toString()));
            return;
        }
        for (; consumed < messages.size(); consumed++) {
            Message message = messages.get(consumed);
            switch (message.kind()) {
                case ABORT -> abortBy = message.by() + (message.comment().isEmpty() ? "" : ": " + message.comment());
                case PAUSE -> paused = true;
                case RESUME -> paused = false;
                case PROMOTE -> {
                    paused = false;
                    promoted = true;
                }
                case APPROVE, REJECT, REVOKE -> {
                    // Gates read these from the messages themselves.
                }
            }
        }
    }

    /** Returns whether somebody said something that was not taken in yet. */
    boolean pending() {
        return dirty || closing;
    }

    /** Makes the next {@link #read} look into the journal, however recently that was done. */
    void refresh() {
        dirty = true;
    }

    List<Message> messages() {
        return messages;
    }

    @Nullable
    String abortBy() {
        return abortBy;
    }

    boolean paused() {
        return paused;
    }

    void pauseForDrift() {
        paused = true;
    }

    boolean promoted() {
        return promoted;
    }
}
