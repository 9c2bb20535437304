package io.dpg.deploy.spi;

import io.dpg.deploy.Revision;

/**
 * A revision that the platform can run again.
 *
 * @param revision the revision
 * @param version the version it runs
 */
public record Known(Revision revision, String version) {}
