package io.dpg.deploy.aws.testkit;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The HTTP side: reads requests of both protocols, plays the faults, and lets the model catch up before each call. */
final class Endpoint implements AutoCloseable {

    /** Services by the version of their Query protocol, or the prefix of X-Amz-Target; named as in IAM. */
    private static final Map<String, String> SERVICES = Map.of(
            "2015-12-01", "elasticloadbalancing",
            "2010-05-08", "iam",
            "2011-06-15", "sts",
            "AmazonEC2ContainerServiceV20141113", "ecs",
            "AnyScaleFrontendService", "application-autoscaling",
            "Logs_20140328", "logs",
            "ServiceQuotasV20190624", "servicequotas",
            "DynamoDB_20120810", "dynamodb",
            "AmazonSSM", "ssm",
            "secretsmanager", "secretsmanager");

    private static final Set<String> PLAYED = Set.of("ecs", "elasticloadbalancing", "application-autoscaling", "logs");

    private final World world;
    private final Object lock;
    private final Runnable prepare;
    private final Map<String, Operation> operations = new HashMap<>();
    private final List<FakeCall> calls = new ArrayList<>();
    private final Wire wire;

    /** One request, understood. */
    private record Request(String service, String operation, boolean query, ObjectNode input) {

        String action() {
            return service + ":" + operation;
        }
    }

    /** What goes back; no body means that the connection is cut. */
    private record Answer(int status, @Nullable String body) {}

    Endpoint(World world, Object lock, Runnable prepare) {
        this.world = world;
        this.lock = lock;
        this.prepare = prepare;
        add("ecs", new EcsServices(world).operations());
        add("ecs", new EcsTaskDefinitions(world).operations());
        add("ecs", new EcsTasks(world).operations());
        add("ecs", new EcsTags(world).operations());
        add("ecs", new EcsDeployments(world).operations());
        add("elasticloadbalancing", new ElbRoutes(world).operations());
        add("elasticloadbalancing", new ElbGroups(world).operations());
        add("application-autoscaling", world.scaling().operations());
        add("logs", world.logs().operations());
        wire = new Wire(this::handle);
    }

    private void add(String service, Map<String, Operation> added) {
        added.forEach((name, operation) -> operations.put(service + ":" + name, operation));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + wire.port());
    }

    List<FakeCall> calls() {
        return calls;
    }

    private Wire.@Nullable Answer handle(Map<String, String> headers, String body) {
        Request request = read(headers.get("x-amz-target"), body);
        String id;
        Answer answer;
        synchronized (lock) {
            id = world.ids().task();
            answer = play(request, id);
        }
        if (answer.body() == null) {
            return null;
        }
        String type = request.query() ? "text/xml" : "application/x-amz-json-1.1";
        return new Wire.Answer(answer.status(), Map.of("Content-Type", type, "x-amzn-RequestId", id), answer.body());
    }

    private static Request read(@Nullable String target, String body) {
        if (target == null) {
            ObjectNode form = Form.read(body);
            String service = SERVICES.getOrDefault(Json.text(form, "Version"), "unknown");
            return new Request(service, Json.text(form, "Action"), true, form);
        }
        int dot = target.indexOf('.');
        String service = SERVICES.getOrDefault(target.substring(0, Math.max(0, dot)), "unknown");
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            return new Request(
                    service,
                    target.substring(dot + 1),
                    false,
                    tree instanceof ObjectNode object ? object : Json.object());
        } catch (JacksonException e) {
            return new Request(service, "Unreadable", false, Json.object());
        }
    }

    private Answer play(Request request, String id) {
        FakeFault fault = world.faults().next(request.action());
        try {
            prepare.run();
            world.catchUp();
            if (fault != null && fault.kind() == FakeFault.Kind.CUT) {
                note(request, "cut");
                return new Answer(0, null);
            }
            if (fault != null && fault.kind() == FakeFault.Kind.REFUSED) {
                throw fault.refusal(request.query());
            }
            Operation operation = operations.get(request.action());
            if (operation == null && !PLAYED.contains(request.service())) {
                // as to a caller without that right, who is to go on without
                throw new Refusal(
                        403,
                        request.query() ? "AccessDenied" : "AccessDeniedException",
                        "The fake AWS does not play " + request.action()
                                + ", and answers as if it were not authorized");
            }
            if (operation == null) {
                throw Refusal.of("UnknownOperationException", "The fake AWS does not play " + request.action());
            }
            ObjectNode result = operation.answer(request.input());
            world.settle();
            if (fault != null) {
                note(request, "lost");
                return new Answer(0, null);
            }
            note(request, "ok");
            return new Answer(
                    200,
                    request.query()
                            ? Xml.answer(request.operation(), result, id)
                            : Json.MAPPER.writeValueAsString(result));
        } catch (Refusal refusal) {
            note(request, refusal.code());
            return refused(request, refusal, id);
        } catch (RuntimeException e) {
            note(request, e.toString());
            return refused(request, new Refusal(500, "InternalFailure", "The fake AWS failed: " + e), id);
        }
    }

    private void note(Request request, String outcome) {
        calls.add(new FakeCall(request.service(), request.operation(), world.now(), outcome));
    }

    private static Answer refused(Request request, Refusal refusal, String id) {
        if (request.query()) {
            return new Answer(refusal.status(), Xml.error(refusal, id));
        }
        ObjectNode error =
                Json.object().put("__type", refusal.code()).put("message", String.valueOf(refusal.getMessage()));
        return new Answer(refusal.status(), Json.MAPPER.writeValueAsString(error));
    }

    @Override
    public void close() {
        wire.close();
    }
}
