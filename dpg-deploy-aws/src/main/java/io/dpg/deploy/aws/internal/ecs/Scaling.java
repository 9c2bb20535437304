package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import io.dpg.deploy.aws.internal.AwsFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.applicationautoscaling.ApplicationAutoScalingClient;
import software.amazon.awssdk.services.applicationautoscaling.model.PutScalingPolicyRequest;
import software.amazon.awssdk.services.applicationautoscaling.model.PutScheduledActionRequest;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalableDimension;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalableTarget;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.applicationautoscaling.model.ScheduledAction;
import software.amazon.awssdk.services.applicationautoscaling.model.ServiceNamespace;
import software.amazon.awssdk.services.applicationautoscaling.model.SuspendedState;
import software.amazon.awssdk.services.ecs.model.Service;

/**
 * Keeps autoscaling from working against a shift: it would take tasks from the group that loses traffic, which the way back
 * needs. While both groups live it is suspended for the one that served; afterwards the group with all traffic has it, as it
 * was. What was suspended before is noted on the service first, so that a crash loses nothing. Thread-safe.
 */
final class Scaling {

    private static final SuspendedState ALL = state(true, true, true);

    private final EcsApi api;
    private final Services services;

    Scaling(EcsApi api, Services services) {
        this.api = api;
        this.services = services;
    }

    /** Returns whether something scales the application's services. */
    boolean present() {
        return !targets().isEmpty();
    }

    private ApplicationAutoScalingClient scaling() {
        return api.clients().autoScaling();
    }

    private String resource(Slot slot) {
        return "service/" + api.app().clusterName() + "/" + api.app().service(slot);
    }

    /** An autoscaler that may not be looked for is none of ours. */
    private Map<Slot, ScalableTarget> targets() {
        Map<Slot, ScalableTarget> found = new HashMap<>();
        try {
            List<ScalableTarget> all = scaling()
                    .describeScalableTargets(b -> b.serviceNamespace(ServiceNamespace.ECS)
                            .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT)
                            .resourceIds(resource(Slot.BLUE), resource(Slot.GREEN)))
                    .scalableTargets();
            for (ScalableTarget target : all) {
                for (Slot slot : Slot.values()) {
                    if (resource(slot).equals(target.resourceId())) {
                        found.put(slot, target);
                    }
                }
            }
        } catch (SdkException e) {
            if (!AwsFault.isForbidden(e)) {
                throw AwsFault.of(
                        "read what scales " + api.app().key(), api.app().key(), e);
            }
        }
        return found;
    }

    /** Suspends the scaling of what serves in {@code slot}. */
    void hold(Snapshot now, Slot slot) {
        ScalableTarget target = targets().get(slot);
        Service service = now.slot(slot).service();
        if (target != null && service != null) {
            suspend(service, target);
        }
    }

    /** Makes scaling what it was for the group in {@code slot}, which has all traffic, and suspends the other one's. */
    void follow(Snapshot now, Slot slot) {
        Map<Slot, ScalableTarget> targets = targets();
        Service serving = now.slot(slot).service();
        Service other = now.slot(slot.other()).service();
        if (targets.isEmpty() || serving == null) {
            return;
        }
        ScalableTarget own = targets.get(slot);
        ScalableTarget others = targets.get(slot.other());
        if (own == null && others != null && other != null) {
            copy(others, before(other, others), slot, now);
        } else if (own != null) {
            restore(serving, own);
        }
        if (others != null && other != null) {
            suspend(other, others);
        }
    }

    private void suspend(Service service, ScalableTarget target) {
        if (note(service) == null) {
            services.tag(service, Map.of(Labels.SCALING, text(target.suspendedState())));
        }
        if (!ALL.equals(known(target.suspendedState()))) {
            register(target.resourceId(), target, ALL);
        }
    }

    private void restore(Service service, ScalableTarget target) {
        String noted = note(service);
        if (noted != null) {
            register(target.resourceId(), target, state(noted));
            services.untag(service, Labels.SCALING);
        }
    }

    private void register(String resource, ScalableTarget like, SuspendedState state) {
        api.call("register what scales " + resource, () -> scaling()
                .registerScalableTarget(b -> b.serviceNamespace(ServiceNamespace.ECS)
                        .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT)
                        .resourceId(resource)
                        .minCapacity(like.minCapacity())
                        .maxCapacity(like.maxCapacity())
                        .suspendedState(state)));
    }

    private void copy(ScalableTarget from, SuspendedState state, Slot to, Snapshot now) {
        register(resource(to), from, state);
        List<ScalingPolicy> policies = api.call("read the scaling policies of " + from.resourceId(), () -> scaling()
                .describeScalingPolicies(
                        b -> b.serviceNamespace(ServiceNamespace.ECS).resourceId(from.resourceId()))
                .scalingPolicies());
        for (ScalingPolicy policy : policies) {
            PutScalingPolicyRequest.Builder like = PutScalingPolicyRequest.builder();
            Fields.carry(policy, like, Set.of());
            PutScalingPolicyRequest request =
                    Labelled.of(like.resourceId(resource(to)).build(), now, to);
            api.call("copy scaling policy " + policy.policyName(), () -> scaling()
                    .putScalingPolicy(request));
        }
        List<ScheduledAction> actions = api.call("read the scheduled actions of " + from.resourceId(), () -> scaling()
                .describeScheduledActions(
                        b -> b.serviceNamespace(ServiceNamespace.ECS).resourceId(from.resourceId()))
                .scheduledActions());
        for (ScheduledAction action : actions) {
            PutScheduledActionRequest.Builder like = PutScheduledActionRequest.builder();
            Fields.carry(action, like, Set.of());
            api.call("copy scheduled action " + action.scheduledActionName(), () -> scaling()
                    .putScheduledAction(like.resourceId(resource(to)).build()));
        }
    }

    private static @Nullable String note(Service service) {
        return Attached.tag(service, Labels.SCALING);
    }

    private static SuspendedState before(Service service, ScalableTarget target) {
        String noted = note(service);
        return noted == null ? known(target.suspendedState()) : state(noted);
    }

    private static SuspendedState known(@Nullable SuspendedState state) {
        return state == null
                ? state(false, false, false)
                : state(
                        Boolean.TRUE.equals(state.dynamicScalingInSuspended()),
                        Boolean.TRUE.equals(state.dynamicScalingOutSuspended()),
                        Boolean.TRUE.equals(state.scheduledScalingSuspended()));
    }

    private static SuspendedState state(boolean in, boolean out, boolean scheduled) {
        return SuspendedState.builder()
                .dynamicScalingInSuspended(in)
                .dynamicScalingOutSuspended(out)
                .scheduledScalingSuspended(scheduled)
                .build();
    }

    private static String text(@Nullable SuspendedState state) {
        SuspendedState known = known(state);
        return known.dynamicScalingInSuspended() + " " + known.dynamicScalingOutSuspended() + " "
                + known.scheduledScalingSuspended();
    }

    private static SuspendedState state(String text) {
        String[] parts = text.split(" ", -1);
        return parts.length == 3
                ? state("true".equals(parts[0]), "true".equals(parts[1]), "true".equals(parts[2]))
                : state(false, false, false);
    }
}
