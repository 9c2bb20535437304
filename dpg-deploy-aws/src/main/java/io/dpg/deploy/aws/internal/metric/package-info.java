/** CloudWatch's metrics and alarms; not for users. */
@NullMarked
package io.dpg.deploy.aws.internal.metric;

import org.jspecify.annotations.NullMarked;
