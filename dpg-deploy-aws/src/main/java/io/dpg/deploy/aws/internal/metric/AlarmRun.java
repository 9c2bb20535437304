package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Alarms under watch. Used by one thread. */
public final class AlarmRun implements Analysis.Run {

    private final Alarms alarms;
    private final Rules rules;
    private final Instant begun;
    private final Set<String> seenQuiet = new HashSet<>();
    private @Nullable Judgement failure;
    private @Nullable Judgement newest;

    /**
     * What is let pass.
     *
     * @param insufficientIsOk whether too little data is as good as OK
     * @param evenIfFiring whether an alarm may have been firing before
     */
    public record Rules(boolean insufficientIsOk, boolean evenIfFiring) {}

    /** Begins to watch. */
    public AlarmRun(Alarms alarms, Rules rules, AnalysisContext context) {
        this.alarms = alarms;
        this.rules = rules;
        // What fired while no process watched, after the first traffic, is the candidate's.
        this.begun = context.since().isBefore(context.now()) ? context.since() : context.now();
    }

    /** Returns what speaks against starting. */
    public static Optional<String> refusal(List<Alarm> now, Rules rules) {
        String firing = rules.evenIfFiring() ? "" : Alarms.texts(now, Alarm::firing);
        return firing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "already firing: " + firing + "; if this release is to mend that, add evenIfAlreadyFiring()");
    }

    @Override
    public Judgement look(AnalysisContext context) throws InterruptedException {
        Judgement judgement;
        try {
            judgement = judged(alarms.look());
        } catch (DeployException e) {
            judgement = Judgement.error(Alarms.message(e));
        }
        newest = judgement;
        if (judgement.verdict() == Verdict.FAIL) {
            failure = judgement;
        }
        return judgement;
    }

    private Judgement judged(List<Alarm> now) {
        String fired = Alarms.texts(now, this::firedNow);
        now.stream().filter(a -> !a.firing()).forEach(a -> seenQuiet.add(a.name()));
        if (!fired.isEmpty()) {
            return Judgement.fail(fired + "; the watch began at " + begun);
        }
        String before = Alarms.texts(now, Alarm::firing);
        if (!before.isEmpty() && !rules.evenIfFiring()) {
            return Judgement.inconclusive("already firing when the watch began at " + begun + ": " + before);
        }
        String open = Alarms.texts(now, a -> !a.ok() && !a.firing() && !(a.undecided() && rules.insufficientIsOk()));
        if (!open.isEmpty()) {
            return Judgement.inconclusive(open + "; where that is its normal state, add insufficientDataIsOk()");
        }
        return Judgement.pass(
                before.isEmpty()
                        ? alarms.what() + " not firing"
                        : "no alarm began to fire; already firing when the watch began at " + begun + ": " + before);
    }

    /** Without a time, an alarm that was never seen quiet may have fired long ago: nobody can say that the candidate did it. */
    private boolean firedNow(Alarm alarm) {
        Instant since = alarm.since();
        return alarm.firing() && (seenQuiet.contains(alarm.name()) || since != null && since.isAfter(begun));
    }

    @Override
    public Judgement conclude() {
        if (failure != null) {
            return failure;
        }
        return newest == null ? Judgement.inconclusive("never looked, and that is no pass") : newest;
    }
}
