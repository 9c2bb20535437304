/** Releases on Amazon ECS, for users: a target, its journal, secrets, metrics and gates of AWS. */
@NullMarked
package io.dpg.deploy.aws;

import org.jspecify.annotations.NullMarked;
