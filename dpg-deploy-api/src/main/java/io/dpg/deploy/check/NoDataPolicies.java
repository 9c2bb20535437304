package io.dpg.deploy.check;

import java.util.Objects;
import java.util.Optional;

/**
 * What looks that bring no value mean, by what came in its place. Immutable.
 *
 * @param noData for a source that had nothing
 * @param invalid for an answer that cannot be judged
 * @param sourceError for a source that could not be asked
 */
public record NoDataPolicies(NoDataPolicy noData, NoDataPolicy invalid, NoDataPolicy sourceError) {

    /** All of these hold: the default everywhere. */
    public static final NoDataPolicies HOLD =
            new NoDataPolicies(NoDataPolicy.HOLD, NoDataPolicy.HOLD, NoDataPolicy.HOLD);

    /** Checks that all are there. */
    public NoDataPolicies {
        Objects.requireNonNull(noData, "noData");
        Objects.requireNonNull(invalid, "invalid");
        Objects.requireNonNull(sourceError, "sourceError");
    }

    /** Returns a copy with another policy for looks without data. */
    public NoDataPolicies noData(NoDataPolicy policy) {
        return new NoDataPolicies(policy, invalid, sourceError);
    }

    /** Returns a copy with another policy for answers that cannot be judged. */
    public NoDataPolicies invalid(NoDataPolicy policy) {
        return new NoDataPolicies(noData, policy, sourceError);
    }

    /** Returns a copy with another policy for a source that cannot be asked. */
    public NoDataPolicies sourceError(NoDataPolicy policy) {
        return new NoDataPolicies(noData, invalid, policy);
    }

    /** Returns the policy for {@code reading}, which is no value. */
    public NoDataPolicy of(Reading reading) {
        return reading instanceof Reading.NoData ? noData : reading instanceof Reading.Invalid ? invalid : sourceError;
    }

    /**
     * Returns what {@code reading} means for a look: never a pass.
     *
     * @param side whose reading it is, such as {@code candidate}
     */
    public Judgement judge(String side, Reading reading) {
        NoDataPolicy policy = of(reading);
        String reason = describe(side, reading) + (policy == NoDataPolicy.SKIP ? "; skipped" : "");
        if (policy == NoDataPolicy.FAIL) {
            return Judgement.fail(reason);
        }
        return reading instanceof Reading.NoData ? Judgement.inconclusive(reason) : Judgement.error(reason);
    }

    /**
     * Returns what a look at the baseline, before anything is changed, says against starting: an answer that cannot be
     * judged and a source that cannot be asked, unless that is skipped. No data speaks against nothing.
     */
    public Optional<String> refusal(Reading baseline) {
        boolean fine = baseline instanceof Reading.Value || baseline instanceof Reading.NoData;
        return fine || of(baseline) == NoDataPolicy.SKIP
                ? Optional.empty()
                : Optional.of(describe("baseline", baseline) + "; nothing was changed");
    }

    /** Says of {@code side} what came in place of a value. */
    private static String describe(String side, Reading reading) {
        if (reading instanceof Reading.NoData none) {
            return "no data for the " + side + " (" + none.reason() + ")";
        }
        if (reading instanceof Reading.Invalid invalid) {
            return "an answer for the " + side + " that cannot be judged (" + invalid.reason() + ")";
        }
        if (reading instanceof Reading.ProviderError error) {
            return "the source could not be asked for the " + side + " (" + error.reason() + ")";
        }
        throw new IllegalArgumentException("A value is judged, not described: " + reading);
    }
}
