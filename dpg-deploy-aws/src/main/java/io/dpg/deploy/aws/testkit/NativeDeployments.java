package io.dpg.deploy.aws.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The deployments of a service whose traffic ECS shifts. */
final class NativeDeployments {

    private final World world;
    private final Service service;

    NativeDeployments(World world, Service service) {
        this.world = world;
        this.service = service;
    }

    /** Returns the target group in which tasks of the deployment register. */
    String groupFor(Deployment deployment, JsonNode balancer) {
        return Json.text(balancer, "targetGroupArn");
    }

    /** Returns what DescribeServices shows of them. */
    ObjectNode view() {
        return Json.object();
    }
}
