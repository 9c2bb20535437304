package io.dpg.deploy.testkit;

import java.time.Duration;

/** What goes wrong with one call of a {@link SimulatedTarget}. */
public sealed interface Mishap {

    /** Nothing goes wrong. */
    Mishap NONE = new None();

    /** Decides what goes wrong with each call. */
    @FunctionalInterface
    interface Script {
        /**
         * Returns what goes wrong.
         *
         * @param call the method's name, such as {@code route}
         * @param number how many calls of any kind came before
         */
        Mishap next(String call, long number);
    }

    /** Nothing goes wrong. */
    record None() implements Mishap {}

    /** The call fails without effect; repeating may help. */
    record Refused() implements Mishap {}

    /** The call fails without effect, and always will. */
    record Forbidden() implements Mishap {}

    /** The object changed meanwhile: the call fails without effect. */
    record Conflict() implements Mishap {}

    /** The call takes effect, and its answer is lost. */
    record AnswerLost() implements Mishap {}

    /** The call is accepted and never takes effect. */
    record EffectLost() implements Mishap {}

    /** The call is accepted and takes effect after {@code delay}. */
    record Late(Duration delay) implements Mishap {}

    /** The call takes {@code time}. */
    record Slow(Duration time) implements Mishap {}

    /** A read answers with what was true one change ago. */
    record Stale() implements Mishap {}

    /** The deploying process dies before the call takes effect. */
    record CrashBefore() implements Mishap {}

    /** The deploying process dies when the call has taken effect. */
    record CrashAfter() implements Mishap {}

    /** Something else happens first, such as another deployer or a person acting; then the call goes on. */
    record Meanwhile(Runnable action) implements Mishap {}
}
