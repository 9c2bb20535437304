package io.dpg.deploy.verify.load;

import java.time.Instant;

/**
 * One profile of a baseline, or one measurement that waits for its rollout to end.
 *
 * @param release the version that it was measured with last
 * @param rollout the rollout's id; empty where it was recorded by hand
 * @param updated when it was last changed
 * @param releases how many releases it is made of
 */
record BaselineEntry(Performance performance, String release, String rollout, Instant updated, long releases) {}
