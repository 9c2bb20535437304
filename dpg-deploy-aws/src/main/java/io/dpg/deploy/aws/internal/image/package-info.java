/** Images in Amazon ECR and the scans of them; not for users. */
@NullMarked
package io.dpg.deploy.aws.internal.image;

import org.jspecify.annotations.NullMarked;
