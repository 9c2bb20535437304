/** What the parts of the module have in common. */
@NullMarked
package io.dpg.deploy.aws.internal;

import org.jspecify.annotations.NullMarked;
