/** Evidence for users: checks, gates, approvals and metric analysis. */
@NullMarked
package io.dpg.deploy.check;

import org.jspecify.annotations.NullMarked;
