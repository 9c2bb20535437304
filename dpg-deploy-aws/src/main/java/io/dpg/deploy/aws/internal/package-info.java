/** What the parts of this module share; not for users. */
@NullMarked
package io.dpg.deploy.aws.internal;

import org.jspecify.annotations.NullMarked;
