package io.dpg.deploy.testkit;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Time;
import java.time.Duration;

/** Lets mishaps happen around calls of a {@link SimulatedTarget}. */
final class MishapPlayer {

    private MishapPlayer() {}

    /** Carries out {@code work} with what goes wrong around it; {@code settle} lets late effects happen. */
    static void play(String call, Mishap mishap, Time time, Runnable settle, Runnable work) {
        if (mishap instanceof Mishap.Refused) {
            throw new DeployException(
                    "Tried to " + call + ", but the platform was busy", DeployException.Details.NONE.mayRetry());
        } else if (mishap instanceof Mishap.Forbidden) {
            throw new DeployException("Tried to " + call + ", but that is forbidden", DeployException.Details.NONE);
        } else if (mishap instanceof Mishap.Conflict) {
            throw new ConflictException("Tried to " + call + ", but the object was changed meanwhile");
        } else if (mishap instanceof Mishap.CrashBefore) {
            throw new SimulatedCrash("before " + call);
        } else if (mishap instanceof Mishap.Slow slow) {
            pass(time, slow.time());
            settle.run();
        }
        work.run();
        if (mishap instanceof Mishap.CrashAfter) {
            throw new SimulatedCrash("after " + call);
        } else if (mishap instanceof Mishap.AnswerLost) {
            throw new DeployException(
                    "Tried to " + call + ", but no answer came", DeployException.Details.NONE.mayRetry());
        }
    }

    private static void pass(Time time, Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
