/** The journal's objects in a cluster. Internal: no part of the API, and may change at any time. */
@NullMarked
package io.dpg.deploy.k8s.internal.journal;

import org.jspecify.annotations.NullMarked;
