/**
 * Judges of metrics, for users: is the candidate worse than the baseline, and how sure is that? {@link
 * io.dpg.deploy.verify.judge.RankJudge} compares samples, {@link io.dpg.deploy.verify.judge.RateJudge} counts, and
 * {@link io.dpg.deploy.verify.judge.ScoreCard} judges several metrics together.
 */
@NullMarked
package io.dpg.deploy.verify.judge;

import org.jspecify.annotations.NullMarked;
