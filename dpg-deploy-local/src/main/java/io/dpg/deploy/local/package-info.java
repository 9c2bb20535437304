/** For users: a target made of processes of this host behind a small reverse proxy. Begin with {@code LocalTarget}. */
@NullMarked
package io.dpg.deploy.local;

import org.jspecify.annotations.NullMarked;
