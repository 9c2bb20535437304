/**
 * For users: an analysis that may be looked at as often as one likes and still raises false alarms no more often than it
 * says. Begin at {@link io.dpg.deploy.verify.sequential.Sequential}.
 */
@NullMarked
package io.dpg.deploy.verify.sequential;

import org.jspecify.annotations.NullMarked;
