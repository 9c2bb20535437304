package io.dpg.deploy.spi;

import java.time.Instant;

/**
 * The right to act on a target until it expires.
 *
 * @param target the target's key
 * @param owner who holds it, for people
 * @param fence the number that proves it
 * @param expires when it passes, unless renewed
 */
public record Lease(String target, String owner, Fence fence, Instant expires) {}
