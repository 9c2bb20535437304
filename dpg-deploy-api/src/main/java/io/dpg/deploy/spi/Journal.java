package io.dpg.deploy.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The write-ahead record of rollouts and the leases of their targets. Whoever cannot append may not act.
 *
 * <p>Implementations are thread-safe, and safe for several processes where they are shared between them. A returned
 * {@link #append} is durable. The current time is an argument, so that tests run in virtual time; implementations
 * compare it only with what earlier callers gave.
 */
public interface Journal {

    /**
     * Takes the lease of {@code target} where it is free, expired at {@code now}, or already {@code owner}'s. Every
     * lease taken carries a higher fence than all before it.
     *
     * @return the lease, or empty while somebody else holds it
     */
    Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now);

    /**
     * Makes {@code lease} last until {@code now + ttl}, unless somebody else has taken it over.
     *
     * @throws StaleFenceException if somebody else has
     */
    Lease renew(Lease lease, Duration ttl, Instant now);

    /** Gives {@code lease} back; nothing where somebody else has taken it over. */
    void release(Lease lease);

    /** Returns who holds the lease of {@code target}, expired or not. */
    Optional<Lease> holder(String target);

    /**
     * Adds {@code record}, durably, if its sequence is the next of its rollout and its fence is the target's highest.
     *
     * @throws StaleFenceException if a higher fence was given out for the target
     * @throws ConflictException if the sequence is not the next
     */
    void append(JournalRecord record);

    /** Returns all records of {@code rollout}, in order. */
    List<JournalRecord> read(String rollout);

    /** Returns the ids of the rollouts of {@code target}, oldest first. */
    List<String> rollouts(String target);

    /** Adds {@code message} for {@code rollout}; needs no lease. */
    void post(String rollout, Message message);

    /** Returns all messages for {@code rollout}, in order. */
    List<Message> messages(String rollout);
}
