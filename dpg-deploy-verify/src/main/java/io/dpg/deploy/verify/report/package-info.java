/**
 * Gates on what build stages left behind: test results, coverage, findings of scanners. For users who want a rollout
 * to be refused because of them. No report, an empty one and one that cannot be read never open a gate.
 */
@NullMarked
package io.dpg.deploy.verify.report;

import org.jspecify.annotations.NullMarked;
