/** Where metrics come from, for users: Prometheus and what speaks its API, ready-made queries, and values of this JVM. */
@NullMarked
package io.dpg.deploy.verify.metric;

import org.jspecify.annotations.NullMarked;
