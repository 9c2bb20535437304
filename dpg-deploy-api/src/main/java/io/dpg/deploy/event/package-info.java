/** What happens, as it happens, for users: events, console progress and the audit trail. */
@NullMarked
package io.dpg.deploy.event;

import org.jspecify.annotations.NullMarked;
