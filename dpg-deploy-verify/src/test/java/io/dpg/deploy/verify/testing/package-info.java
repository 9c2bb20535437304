/** What tests of this module share. */
@NullMarked
package io.dpg.deploy.verify.testing;

import org.jspecify.annotations.NullMarked;
