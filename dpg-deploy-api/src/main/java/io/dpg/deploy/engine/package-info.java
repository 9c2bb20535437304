/** Internal: the interpreter of plans. Nothing here is API. */
@NullMarked
package io.dpg.deploy.engine;

import org.jspecify.annotations.NullMarked;
