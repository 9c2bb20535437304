/** For tests of users and of providers: virtual time, a simulated target, the compatibility kit. */
@NullMarked
package io.dpg.deploy.testkit;

import org.jspecify.annotations.NullMarked;
