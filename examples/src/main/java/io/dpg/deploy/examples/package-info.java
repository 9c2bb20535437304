/** Programs that show the library at work, for people who want to see it run before they read about it. */
@NullMarked
package io.dpg.deploy.examples;

import org.jspecify.annotations.NullMarked;
