package io.dpg.deploy.spi;

import io.dpg.deploy.Revision;

/**
 * What the platform accepted.
 *
 * @param revision what the slot is to run now
 * @param generation the group's generation that carries the change; conditions of lower generations are leftovers
 */
public record Change(Revision revision, long generation) {}
