/** What a newcomer imports: releases, environments, plans, rollouts and their results. */
@NullMarked
package io.dpg.deploy;

import org.jspecify.annotations.NullMarked;
