/** How the ECS target works inside. */
@NullMarked
package io.dpg.deploy.aws.internal.ecs;

import org.jspecify.annotations.NullMarked;
