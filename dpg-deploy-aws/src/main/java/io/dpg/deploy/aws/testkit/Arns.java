package io.dpg.deploy.aws.testkit;

/** Names of things, as in https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html. */
final class Arns {

    static final String REGION = "eu-central-1";
    static final String ACCOUNT = "123456789012";
    private static final String ECS = "arn:aws:ecs:" + REGION + ":" + ACCOUNT + ":";
    private static final String ELB = "arn:aws:elasticloadbalancing:" + REGION + ":" + ACCOUNT + ":";

    private Arns() {}

    static String cluster(String name) {
        return ECS + "cluster/" + name;
    }

    static String service(String cluster, String name) {
        return ECS + "service/" + cluster + "/" + name;
    }

    static String serviceDeployment(String cluster, String service, String id) {
        return ECS + "service-deployment/" + cluster + "/" + service + "/" + id;
    }

    static String serviceRevision(String cluster, String service, String id) {
        return ECS + "service-revision/" + cluster + "/" + service + "/" + id;
    }

    static String task(String cluster, String id) {
        return ECS + "task/" + cluster + "/" + id;
    }

    static String taskDefinition(String family, int revision) {
        return ECS + "task-definition/" + family + ":" + revision;
    }

    static String taskDefinition(String familyAndRevision) {
        return ECS + "task-definition/" + familyAndRevision;
    }

    static String balancer(String name, String id) {
        return ELB + "loadbalancer/app/" + name + "/" + id;
    }

    static String listener(String balancer, String id) {
        return balancer.replace(":loadbalancer/", ":listener/") + "/" + id;
    }

    static String rule(String listener, String id) {
        return listener.replace(":listener/", ":listener-rule/") + "/" + id;
    }

    static String group(String name, String id) {
        return ELB + "targetgroup/" + name + "/" + id;
    }

    static String policy(String id, String resource, String name) {
        return "arn:aws:autoscaling:" + REGION + ":" + ACCOUNT + ":scalingPolicy:" + id + ":resource/ecs/" + resource
                + ":policyName/" + name;
    }

    /** Returns what follows the last slash. */
    static String last(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }
}
