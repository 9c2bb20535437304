/** Judges of metrics, for users: is the candidate worse than the baseline, and how sure is that? */
@NullMarked
package io.dpg.deploy.verify.judge;

import org.jspecify.annotations.NullMarked;
