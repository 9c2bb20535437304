/** How the packages of this module speak HTTP. For them alone: it may change in any version. */
@NullMarked
package io.dpg.deploy.verify.internal;

import org.jspecify.annotations.NullMarked;
