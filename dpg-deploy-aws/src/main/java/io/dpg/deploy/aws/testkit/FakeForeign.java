package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.Map;

/** What somebody else does to the account, at a time. */
public final class FakeForeign {

    private final FakeAws fake;
    private final Duration after;

    FakeForeign(FakeAws fake, Duration after) {
        this.fake = fake;
        this.after = after;
    }

    private void plan(Runnable action) {
        fake.look(() -> {
            fake.world().agenda().after(after, action);
            return true;
        });
    }

    /** Sets weights of a listener or rule, by target group. */
    public void setsWeights(String route, Map<String, Integer> weights) {
        Map<String, Integer> copy = Map.copyOf(weights);
        plan(() -> {
            Route known = fake.world().balancer().routes().get(route);
            if (known != null) {
                fake.world().balancer().weigh(known, copy);
            }
        });
    }

    /** Sets how many tasks a service shall have, which some client created. */
    public void setsDesired(String cluster, String service, int desired) {
        plan(() -> {
            Service known = fake.world().services().get(Arns.service(cluster, service));
            if (known != null) {
                known.desired(desired);
            }
        });
    }

    /** Sets how many tasks a service shall have. */
    public void setsDesired(FakeService service, int desired) {
        plan(() -> service.known().desired(desired));
    }

    /** Deploys a new task definition with that image to a service. */
    public void deploys(FakeService service, String image) {
        plan(() -> service.known().deploy(service.register(image)));
    }
}
