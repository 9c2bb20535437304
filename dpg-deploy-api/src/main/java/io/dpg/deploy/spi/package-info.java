/** For authors of providers: targets, journals and time. */
@NullMarked
package io.dpg.deploy.spi;

import org.jspecify.annotations.NullMarked;
