/** How routers change their objects. Internal: no part of the API, and may change at any time. */
@NullMarked
package io.dpg.deploy.k8s.internal.router;

import org.jspecify.annotations.NullMarked;
