/** The journal in DynamoDB; not for users. */
@NullMarked
package io.dpg.deploy.aws.internal.journal;

import org.jspecify.annotations.NullMarked;
