/** How targets, journals and secrets speak with a cluster. Internal: no part of the API, and may change at any time. */
@NullMarked
package io.dpg.deploy.k8s.internal;

import org.jspecify.annotations.NullMarked;
