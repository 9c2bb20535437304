/** Secrets for users: values that never print, and where they live. */
@NullMarked
package io.dpg.deploy.secret;

import org.jspecify.annotations.NullMarked;
