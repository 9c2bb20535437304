/** Releases on Kubernetes, for users: a target, its journal, and secrets of the cluster. */
@NullMarked
package io.dpg.deploy.k8s;

import org.jspecify.annotations.NullMarked;
