package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where users' requests go, computed from weights, target health and tasks: one request a second at each listener or rule that a
 * {@link FakeService} was put behind. A request fails where
 *
 * <ul>
 *   <li>its target group has no healthy target (an Application Load Balancer would answer 503, or fail open to targets that
 *       cannot answer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html);
 *   <li>the task of its target has ended, but the target is still registered and healthy;
 *   <li>no target group has a weight above zero.
 * </ul>
 *
 * <p>Stickiness is not played: all clients are new. Thread-safe.
 */
public final class FakeTraffic {

    private static final int MOMENTS = 10_000;

    private final World world;
    private final Object lock;
    private final Map<String, Double> served = new TreeMap<>();
    private final List<Moment> moments = new ArrayList<>();
    private double failed;

    /**
     * What was so from one moment on.
     *
     * @param at the moment
     * @param shares shares of requests by task definition, {@code family:revision}
     * @param failing the share that fails
     * @param why what fails, empty if nothing does
     */
    public record Moment(Instant at, Map<String, Double> shares, double failing, List<String> why) {

        /** Copies what it is given. */
        public Moment {
            shares = Map.copyOf(shares);
            why = List.copyOf(why);
        }
    }

    FakeTraffic(World world, Object lock) {
        this.world = world;
        this.lock = lock;
    }

    /** Returns which share of requests each task definition answers now. */
    public Map<String, Double> shares() {
        return present().shares();
    }

    /** Returns which share of requests fails now. */
    public double failing() {
        return present().failing();
    }

    /** Returns how many requests failed so far, at one a second. */
    public double failedSeconds() {
        synchronized (lock) {
            world.catchUp();
            return failed;
        }
    }

    /** Returns how many requests each task definition answered so far, at one a second. */
    public Map<String, Double> servedSeconds() {
        synchronized (lock) {
            world.catchUp();
            return Map.copyOf(served);
        }
    }

    /** Returns each moment at which something changed for users, oldest first; of very many, the first ones. */
    public List<Moment> moments() {
        synchronized (lock) {
            world.catchUp();
            note(now());
            return List.copyOf(moments);
        }
    }

    /** Returns the moments at which requests began to fail, for messages of failed tests. */
    public List<Moment> failures() {
        return moments().stream().filter(m -> m.failing() > 0).toList();
    }

    private Moment present() {
        synchronized (lock) {
            world.catchUp();
            return now();
        }
    }

    /** Counts what happens while the world stays as it is for {@code time}. */
    void pass(Duration time) {
        Moment now = now();
        double seconds = time.toNanos() / 1e9;
        failed += now.failing() * seconds;
        now.shares().forEach((definition, share) -> served.merge(definition, share * seconds, Double::sum));
        note(now);
    }

    private void note(Moment now) {
        Moment last = moments.isEmpty() ? null : moments.get(moments.size() - 1);
        boolean same =
                last != null && last.shares().equals(now.shares()) && last.why().equals(now.why());
        if (!same && moments.size() < MOMENTS) {
            moments.add(now);
        }
    }

    private Moment now() {
        Map<String, Double> shares = new LinkedHashMap<>();
        List<String> why = new ArrayList<>();
        List<Route> routes = world.balancer().routes().values().stream()
                .filter(Route::production)
                .toList();
        double failing = 0;
        for (Route route : routes) {
            failing += add(route, 1.0 / routes.size(), shares, why);
        }
        return new Moment(world.now(), shares, failing, why);
    }

    private double add(Route route, double part, Map<String, Double> shares, List<String> why) {
        Map<String, Integer> weights = route.weights();
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        if (sum == 0) {
            why.add("nothing has a weight at " + route.arn());
            return part;
        }
        double failing = 0;
        for (Map.Entry<String, Integer> weight : weights.entrySet()) {
            double share = part * weight.getValue() / sum;
            TargetGroup group = world.balancer().groups().get(weight.getKey());
            List<Target> healthy = group == null
                    ? List.of()
                    : group.targets().stream().filter(Target::healthy).toList();
            if (share > 0 && healthy.isEmpty()) {
                failing += share;
                why.add("no healthy target in " + weight.getKey());
            }
            for (Target target : healthy) {
                double each = share / healthy.size();
                if (target.task().alive()) {
                    shares.merge(Arns.last(target.task().deployment().taskDefinition()), each, Double::sum);
                } else if (each > 0) {
                    failing += each;
                    why.add("the task of a healthy target has ended: "
                            + target.task().id());
                }
            }
        }
        shares.values().removeIf(s -> s == 0);
        shares.replaceAll((definition, s) -> Math.rint(s * 1e9) / 1e9); // thirds add up to a whole
        return failing;
    }
}
