/** Strategies for users: how a release is put in front of traffic. */
@NullMarked
package io.dpg.deploy.strategy;

import org.jspecify.annotations.NullMarked;
