/** Checks over the network, for users: is the application reachable, and does it answer as it should? */
@NullMarked
package io.dpg.deploy.verify;

import org.jspecify.annotations.NullMarked;
