package io.dpg.deploy.aws.internal.ecs;

/** Labels of containers and tags of services that the target writes. */
final class Labels {

    /** Label: the version that the container runs. */
    static final String VERSION = "dpg-deploy.io/version";
    /** Label: a digest of what was asked for, so that asking again registers nothing. */
    static final String REQUEST = "dpg-deploy.io/request";
    /** Label: what was there before we laid a release over it. */
    static final String OVERLAY = "dpg-deploy.io/overlay";

    /** Tag of services: the highest fence seen. */
    static final String FENCE = "dpg-deploy:fence";
    /** Tag of a service whose tasks are being replaced in place: the task definition that they ran before. */
    static final String UPDATING_FROM = "dpg-deploy:updating-from";
    /** Tag of a service whose scaling we suspended: what was suspended before. */
    static final String SCALING = "dpg-deploy:scaling";
    /** Tag of what we create: the service that it belongs to. */
    static final String APPLICATION = "dpg-deploy:application";
    /** What all tags of ours begin with. */
    static final String OURS = "dpg-deploy:";

    private Labels() {}
}
