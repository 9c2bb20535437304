package io.dpg.deploy.spi;

/**
 * The number that proves the right to act on a target. Every new lease of a target carries a higher one; a target that
 * has seen a higher number refuses lower ones with {@link StaleFenceException}.
 *
 * @param number the number, from 1
 */
public record Fence(long number) {}
