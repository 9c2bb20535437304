/**
 * Checks for users: is the application reachable, and does it answer as it should? Over HTTP
 * ({@link io.dpg.deploy.verify.HttpCheck}) and TCP ({@link io.dpg.deploy.verify.TcpCheck}), by any code
 * ({@link io.dpg.deploy.verify.CodeCheck}), and several side by side, also from YAML
 * ({@link io.dpg.deploy.verify.SmokeSuite}). Each looks again until it is content, cannot be any more, or time is up.
 */
@NullMarked
package io.dpg.deploy.verify;

import org.jspecify.annotations.NullMarked;
