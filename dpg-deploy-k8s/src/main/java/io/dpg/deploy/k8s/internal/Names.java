package io.dpg.deploy.k8s.internal;

/** Labels and annotations that the target writes, and the name of its field manager. */
public final class Names {

    /** The field manager of every write. */
    public static final String MANAGER = "dpg-deploy";

    /** Label of pods: the slot that they belong to. */
    public static final String SLOT = "dpg-deploy.io/slot";
    /** Label of pods: {@code false} for those that a canary has taken out of rotation. */
    public static final String LIVE = "dpg-deploy.io/live";
    /** Label of pods, and annotation of their template: what they run. */
    public static final String REVISION = "dpg-deploy.io/revision";
    /** Annotation of pod templates: the version that they run. */
    public static final String VERSION = "dpg-deploy.io/version";
    /** Annotation of pod templates: what was there before we laid our settings over it. */
    public static final String OVERLAY = "dpg-deploy.io/overlay";
    /** Annotation of Service and Deployments: the highest fence seen. */
    public static final String FENCE = "dpg-deploy.io/fence";
    /** Annotation of a Service whose selector we narrowed: the selector as its users wrote it. */
    public static final String SELECTOR = "dpg-deploy.io/original-selector";
    /** Annotation of a Deployment whose pods are being replaced in place: the revision that they ran before. */
    public static final String UPDATING_FROM = "dpg-deploy.io/updating-from";
    /** Annotation of a Deployment that is held in an update: its own {@code minReadySeconds}. */
    public static final String MIN_READY = "dpg-deploy.io/min-ready-seconds";
    /** Annotation of a Deployment that we updated in place: its own update strategy. */
    public static final String STRATEGY = "dpg-deploy.io/own-strategy";
    /** Label of what we create: the Deployment of the application. */
    public static final String APPLICATION = "dpg-deploy.io/application";

    /** Kubernetes' own label that tells the pods of one ReplicaSet from those of another. */
    public static final String HASH = "pod-template-hash";
    /** Kubernetes' annotation of a Deployment: why it was changed. */
    public static final String CHANGE_CAUSE = "kubernetes.io/change-cause";

    private Names() {}
}
