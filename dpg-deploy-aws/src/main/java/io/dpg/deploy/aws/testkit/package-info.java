/**
 * An Amazon ECS that plays by a script, for tests: {@link io.dpg.deploy.aws.testkit.FakeAws} answers the real SDK over HTTP and
 * behaves over (virtual) time as AWS's documentation says; each page is cited where it is played.
 */
@NullMarked
package io.dpg.deploy.aws.testkit;

import org.jspecify.annotations.NullMarked;
