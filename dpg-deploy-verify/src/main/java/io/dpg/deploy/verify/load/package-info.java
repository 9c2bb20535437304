/**
 * Load and performance, for users: a bounded load generator, a check made of it, Locust's reports, and a stored baseline
 * that releases are held against.
 */
@NullMarked
package io.dpg.deploy.verify.load;

import org.jspecify.annotations.NullMarked;
