/**
 * Internal: the process that runs the instances and the reverse proxy in front of them. Uses nothing but the JDK, so that
 * it starts fast and needs no class path. Nothing here is API.
 */
@NullMarked
package io.dpg.deploy.local.agent;

import org.jspecify.annotations.NullMarked;
