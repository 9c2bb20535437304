/** Reading configuration files, for the modules of dpg-deploy: YAML with the lines it came from. */
@NullMarked
package io.dpg.deploy.config;

import org.jspecify.annotations.NullMarked;
