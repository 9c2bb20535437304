package io.dpg.deploy.aws;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** A service behind a load balancer in the emulator, as somebody's Terraform would have made it. */
final class MotoApp {

    final AwsClients clients;
    final String listener;
    final String group;
    final String loadBalancer;

    MotoApp(TestAws aws) throws IOException, InterruptedException {
        clients = aws.clients();
        List<String> subnets = subnets(aws);
        String vpc = subnets.remove(0);
        clients.ecs().createCluster(b -> b.clusterName("prod"));
        loadBalancer = clients.loadBalancing()
                .createLoadBalancer(b -> b.name("api").subnets(subnets))
                .loadBalancers()
                .get(0)
                .loadBalancerArn();
        group = clients.loadBalancing()
                .createTargetGroup(b -> b.name("api")
                        .protocol(ProtocolEnum.HTTP)
                        .port(8080)
                        .vpcId(vpc)
                        .targetType(TargetTypeEnum.IP)
                        .healthCheckPath("/health")
                        .healthCheckIntervalSeconds(7))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        listener = clients.loadBalancing()
                .createListener(b -> b.loadBalancerArn(loadBalancer)
                        .protocol(ProtocolEnum.HTTP)
                        .port(80)
                        .defaultActions(forward()))
                .listeners()
                .get(0)
                .listenerArn();
        clients.ecs().registerTaskDefinition(definition());
        clients.ecs().createService(b -> b.cluster("prod")
                .serviceName("api")
                .taskDefinition("api")
                .desiredCount(2)
                .healthCheckGracePeriodSeconds(60)
                .loadBalancers(LoadBalancer.builder()
                        .targetGroupArn(group)
                        .containerName("api")
                        .containerPort(8080)
                        .build()));
    }

    Action forward() {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(group)
                .build();
    }

    private static RegisterTaskDefinitionRequest definition() {
        return RegisterTaskDefinitionRequest.builder()
                .family("api")
                .taskRoleArn("arn:aws:iam::123456789012:role/api")
                .cpu("256")
                .memory("512")
                .requiresCompatibilitiesWithStrings("FARGATE")
                .networkMode("awsvpc")
                .containerDefinitions(ContainerDefinition.builder()
                        .name("api")
                        .image("api:1")
                        .essential(true)
                        .environment(
                                KeyValuePair.builder().name("OWN").value("1").build())
                        .build())
                .build();
    }

    /** The default VPC's id and its subnets: the SDK's EC2 module would be a big dependency for one question. */
    private static List<String> subnets(TestAws aws) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(TestAws.endpoint())
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=none/20250101/" + TestAws.REGION.id()
                                + "/ec2/aws4_request, SignedHeaders=host, Signature=none")
                .header("x-moto-account-id", aws.account())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("Action=DescribeSubnets&Version=2016-11-15"))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        List<String> found = new ArrayList<>();
        Matcher vpc = Pattern.compile("<vpcId>([^<]+)</vpcId>").matcher(body);
        if (!vpc.find()) {
            throw new IOException("no VPC in " + body);
        }
        found.add(vpc.group(1));
        Matcher subnet = Pattern.compile("<subnetId>([^<]+)</subnetId>").matcher(body);
        while (subnet.find()) {
            found.add(subnet.group(1));
        }
        return found;
    }

    EcsTarget target() {
        return builder().build();
    }

    EcsTarget.Builder builder() {
        return EcsTarget.service("prod", "api").clients(clients);
    }

    URI address() {
        return URI.create("http://"
                + clients.loadBalancing()
                        .describeLoadBalancers(b -> b.loadBalancerArns(loadBalancer))
                        .loadBalancers()
                        .get(0)
                        .dnsName());
    }
}
