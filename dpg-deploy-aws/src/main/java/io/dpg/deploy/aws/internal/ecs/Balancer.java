package io.dpg.deploy.aws.internal.ecs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** Reads and writes what a load balancer forwards where. Thread-safe. */
final class Balancer {

    /** How long a write may take to show. */
    private static final Duration SHOWN = Duration.ofSeconds(30);

    private static final int NAME = 32;
    private static final int PAGES = 50;
    /** As many as one page holds. */
    private static final int BATCH = 20;

    private final EcsApi api;

    Balancer(EcsApi api) {
        this.api = api;
    }

    private ElasticLoadBalancingV2Client elb() {
        return api.clients().loadBalancing();
    }

    Optional<TargetGroup> group(String arn) {
        return api.find("read target group " + arn, () -> elb().describeTargetGroups(b -> b.targetGroupArns(arn)))
                .flatMap(r -> r.targetGroups().stream().findFirst());
    }

    Optional<TargetGroup> groupNamed(String name) {
        return api.find("read target group " + name, () -> elb().describeTargetGroups(b -> b.names(name)))
                .flatMap(r -> r.targetGroups().stream().findFirst());
    }

    /** Returns the places that forward to {@code group}, the test listener not among them. */
    List<Place> places(TargetGroup group) {
        EcsApp app = api.app();
        List<Place> all = new ArrayList<>();
        for (Listener listener : listeners(group)) {
            boolean wanted = app.listener() == null || app.listener().equals(listener.listenerArn());
            if (wanted && !listener.listenerArn().equals(app.testListener())) {
                all.addAll(places(listener));
            }
        }
        return all.stream()
                .filter(p -> p.leadsTo(group.targetGroupArn()))
                .filter(p -> app.rule() == null || app.rule().equals(p.rule()))
                .toList();
    }

    private List<Listener> listeners(TargetGroup group) {
        EcsApp app = api.app();
        if (app.listener() != null) {
            return api.call("read listener " + app.listener(), () -> elb().describeListeners(
                            b -> b.listenerArns(app.listener()))
                    .listeners());
        }
        List<Listener> all = new ArrayList<>();
        for (String balancer : group.loadBalancerArns()) {
            String[] marker = new String[1];
            for (int page = 0; page < PAGES && (page == 0 || marker[0] != null); page++) {
                String from = marker[0];
                api.find("list the listeners of " + balancer, () -> elb().describeListeners(
                                        b -> b.loadBalancerArn(balancer).marker(from)))
                        .ifPresent(r -> {
                            all.addAll(r.listeners());
                            marker[0] = r.nextMarker();
                        });
            }
        }
        return all;
    }

    private List<Place> places(Listener listener) {
        List<Place> all = new ArrayList<>();
        all.add(new Place(listener, listener.listenerArn(), true, listener.defaultActions()));
        String marker = null;
        for (int page = 0; page < PAGES && (page == 0 || marker != null); page++) {
            String from = marker;
            Optional<DescribeRulesResponse> rules =
                    api.find("list the rules of " + listener.listenerArn(), () -> elb().describeRules(
                                    b -> b.listenerArn(listener.listenerArn()).marker(from)));
            for (Rule rule : rules.map(DescribeRulesResponse::rules).orElse(List.of())) {
                if (!Boolean.TRUE.equals(rule.isDefault())) {
                    all.add(new Place(listener, rule.ruleArn(), false, rule.actions()));
                }
            }
            marker = rules.map(DescribeRulesResponse::nextMarker).orElse(null);
        }
        return all;
    }

    /** Changes the actions of {@code places}, and waits until {@code shown} holds for each of them. */
    void write(List<Place> places, Function<Place, List<Action>> change, Predicate<Place> shown, String what) {
        for (Place place : places) {
            List<Action> actions = change.apply(place);
            if (actions.equals(place.actions())) {
                continue;
            }
            api.call(
                    what + " in " + place.rule(),
                    () -> place.byDefault()
                            ? elb().modifyListener(
                                            b -> b.listenerArn(place.rule()).defaultActions(actions))
                            : elb().modifyRule(b -> b.ruleArn(place.rule()).actions(actions)));
        }
        for (Place place : places) {
            api.poll(SHOWN, () -> again(place).filter(shown))
                    .orElseThrow(
                            () -> api.retryable("Tried to " + what + ", but " + place.rule() + " does not show it"));
        }
    }

    /** Reads {@code places} again, in two calls at most; those that are gone are left out. */
    List<Place> again(List<Place> places) {
        List<String> listeners =
                places.stream().filter(Place::byDefault).map(Place::rule).toList();
        List<String> rules =
                places.stream().filter(p -> !p.byDefault()).map(Place::rule).toList();
        if (listeners.size() > BATCH || rules.size() > BATCH) {
            return places.stream().flatMap(p -> again(p).stream()).toList();
        }
        List<Place> read = new ArrayList<>();
        if (!listeners.isEmpty()) {
            api.find("read the listeners", () -> elb().describeListeners(b -> b.listenerArns(listeners)))
                    .ifPresent(r -> r.listeners()
                            .forEach(l -> read.add(new Place(l, l.listenerArn(), true, l.defaultActions()))));
        }
        if (!rules.isEmpty()) {
            api.find("read the rules", () -> elb().describeRules(b -> b.ruleArns(rules)))
                    .ifPresent(r -> r.rules().forEach(rule -> places.stream()
                            .filter(p -> p.rule().equals(rule.ruleArn()))
                            .findFirst()
                            .ifPresent(p -> read.add(new Place(p.listener(), p.rule(), false, rule.actions())))));
        }
        return read;
    }

    /** Reads {@code place} again. */
    Optional<Place> again(Place place) {
        if (place.byDefault()) {
            return listener(place.rule()).map(l -> new Place(l, l.listenerArn(), true, l.defaultActions()));
        }
        return api.find("read rule " + place.rule(), () -> elb().describeRules(b -> b.ruleArns(place.rule())))
                .flatMap(r -> r.rules().stream().findFirst())
                .map(r -> new Place(place.listener(), r.ruleArn(), false, r.actions()));
    }

    Optional<Listener> listener(String arn) {
        return api.find("read listener " + arn, () -> elb().describeListeners(b -> b.listenerArns(arn)))
                .flatMap(r -> r.listeners().stream().findFirst());
    }

    List<TargetHealthDescription> health(String group) {
        return api.find("read the target health of " + group, () -> elb().describeTargetHealth(
                                b -> b.targetGroupArn(group))
                        .targetHealthDescriptions())
                .orElse(List.of());
    }

    Optional<LoadBalancer> balancer(String arn) {
        return api.find("read load balancer " + arn, () -> elb().describeLoadBalancers(b -> b.loadBalancerArns(arn)))
                .flatMap(r -> r.loadBalancers().stream().findFirst());
    }

    /** Returns the name of the second target group of one named {@code name}. */
    static String twin(String name) {
        String suffix = "-green";
        return name.length() + suffix.length() <= NAME
                ? name + suffix
                : name.substring(0, NAME - suffix.length() - 5) + "-" + String.format("%04x", name.hashCode() & 0xffff)
                        + suffix;
    }

    /** Returns a target group like {@code blue}, made where there is none yet. */
    TargetGroup twin(TargetGroup blue) {
        String name = twin(blue.targetGroupName());
        Optional<TargetGroup> present = groupNamed(name);
        if (present.isPresent()) {
            return present.get();
        }
        CreateTargetGroupRequest.Builder like = CreateTargetGroupRequest.builder();
        Fields.carry(blue, like, Set.of());
        like.name(name)
                .tags(Tag.builder()
                        .key(Labels.APPLICATION)
                        .value(api.app().service())
                        .build());
        TargetGroup made = api.call(
                "create target group " + name,
                () -> elb().createTargetGroup(like.build()).targetGroups().get(0));
        List<TargetGroupAttribute> attributes = api.call(
                "read the attributes of target group " + blue.targetGroupName(),
                () -> elb().describeTargetGroupAttributes(b -> b.targetGroupArn(blue.targetGroupArn()))
                        .attributes());
        if (!attributes.isEmpty()) {
            api.call("set the attributes of target group " + name, () -> elb().modifyTargetGroupAttributes(
                            b -> b.targetGroupArn(made.targetGroupArn()).attributes(attributes)));
        }
        return made;
    }

    /** Sends everything that comes to the test listener to {@code group}; nothing where there is none. */
    void preview(@Nullable String testListener, String group) {
        if (testListener == null) {
            return;
        }
        Listener listener = listener(testListener)
                .orElseThrow(
                        () -> api.fault("Tried to find the test listener " + testListener + ", but there is none"));
        Place place = new Place(listener, testListener, true, listener.defaultActions());
        if (place.weight(group) > 0 && place.others(group, group).isEmpty()) {
            return;
        }
        List<Action> only = List.of(Action.builder()
                .type(software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum.FORWARD)
                .targetGroupArn(group)
                .build());
        write(List.of(place), p -> only, p -> p.weight(group) > 0, "lead the test listener to the candidate");
    }
}
