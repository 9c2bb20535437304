package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import java.util.List;
import software.amazon.awssdk.services.applicationautoscaling.model.CustomizedMetricSpecification;
import software.amazon.awssdk.services.applicationautoscaling.model.MetricDimension;
import software.amazon.awssdk.services.applicationautoscaling.model.PredefinedMetricSpecification;
import software.amazon.awssdk.services.applicationautoscaling.model.PutScalingPolicyRequest;
import software.amazon.awssdk.services.applicationautoscaling.model.TargetTrackingScalingPolicyConfiguration;

/** Makes a scaling policy that names a service or its target group name those of the other slot. Pure. */
final class Labelled {

    private Labelled() {}

    static PutScalingPolicyRequest of(PutScalingPolicyRequest policy, Snapshot now, Slot to) {
        TargetTrackingScalingPolicyConfiguration tracking = policy.targetTrackingScalingPolicyConfiguration();
        if (tracking == null) {
            return policy;
        }
        TargetTrackingScalingPolicyConfiguration.Builder changed = tracking.toBuilder();
        PredefinedMetricSpecification predefined = tracking.predefinedMetricSpecification();
        if (predefined != null && predefined.resourceLabel() != null) {
            changed.predefinedMetricSpecification(predefined.toBuilder()
                    .resourceLabel(renamed(predefined.resourceLabel(), now, to))
                    .build());
        }
        CustomizedMetricSpecification custom = tracking.customizedMetricSpecification();
        if (custom != null && !custom.dimensions().isEmpty()) {
            List<MetricDimension> dimensions = custom.dimensions().stream()
                    .map(d -> d.toBuilder().value(renamed(d.value(), now, to)).build())
                    .toList();
            changed.customizedMetricSpecification(
                    custom.toBuilder().dimensions(dimensions).build());
        }
        return policy.toBuilder()
                .targetTrackingScalingPolicyConfiguration(changed.build())
                .build();
    }

    private static String renamed(String text, Snapshot now, Slot to) {
        String group = part(now.slot(to).group().orElse(""));
        String others = part(now.slot(to.other()).group().orElse(""));
        String service = now.slot(to).require().serviceName();
        String another = now.slot(to.other()).require().serviceName();
        if (!others.isEmpty() && text.contains(others)) {
            return text.replace(others, group);
        }
        return text.equals(another) ? service : text;
    }

    /** Returns {@code targetgroup/name/id} of an ARN: the form in labels and dimensions. */
    private static String part(String arn) {
        int at = arn.indexOf("targetgroup/");
        return at < 0 ? "" : arn.substring(at);
    }
}
