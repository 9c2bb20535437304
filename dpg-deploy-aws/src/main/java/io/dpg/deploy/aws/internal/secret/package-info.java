/** Secrets Manager and Parameter Store; not for users. */
@NullMarked
package io.dpg.deploy.aws.internal.secret;

import org.jspecify.annotations.NullMarked;
