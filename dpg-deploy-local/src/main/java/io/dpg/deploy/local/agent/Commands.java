package io.dpg.deploy.local.agent;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The commands that change something. Each carries a fence; lower ones than the highest seen are refused. */
final class Commands {

    private final Supervisor supervisor;
    private final State state;

    Commands(Supervisor supervisor) {
        this.supervisor = supervisor;
        this.state = supervisor.state;
    }

    /** Carries out {@code request} and returns the answer. */
    Json run(Json request) throws Refusal {
        synchronized (supervisor) {
            long fence = request.number("fence");
            if (fence < state.fence) {
                return Json.object().put("stale", state.fence);
            }
            boolean newFence = fence > state.fence;
            state.fence = fence;
            boolean changed =
                    switch (request.text("command")) {
                        case "claim" -> false;
                        case "launch" -> launch(request);
                        case "scale" -> scale(request);
                        case "route" -> route(request);
                        case "update" -> update(request);
                        case "retire" -> retire(request);
                        default -> throw new Refusal("the agent does not know this command", "shut the agent down");
                    };
            if (changed || newFence) {
                supervisor.save(); // before the answer, so that what was accepted is not forgotten
            }
            if (changed) {
                supervisor.changed();
            }
            Json answer = Json.object().put("ok", true);
            if (request.has("slot")) {
                SlotState slot = slot(request);
                answer.put("generation", slot.generation).put("revision", slot.newest());
            }
            return answer;
        }
    }

    private SlotState slot(Json request) {
        return state.slot(request.text("slot"));
    }

    private boolean launch(Json request) throws Refusal {
        SlotState slot = slot(request);
        Spec spec = spec(request);
        boolean same = spec.revision().equals(slot.revision) && slot.target == null && !slot.retiring;
        if (slot.weight > 0 && !same) {
            throw new Refusal(
                    slot.name + " has " + slot.weight + " % of the traffic and runs " + slot.revision,
                    "launch into the other slot, or update this one in place");
        }
        boolean newSecrets = supervisor.secrets.learn(spec.revision(), request.textMap("secrets"));
        boolean changed = !same
                || slot.desired != request.small("instances")
                || !slot.conditions.isEmpty()
                || (newSecrets && !spec.secrets().isEmpty());
        state.remember(spec);
        if (!changed) {
            return true; // other readiness or drain time, perhaps: worth writing down, but no new generation
        }
        slot.generation++;
        slot.revision = spec.revision();
        slot.target = null;
        slot.targetCount = 0;
        slot.retiring = false;
        slot.desired = request.small("instances");
        slot.conditions.clear();
        tryAgain(slot);
        return true;
    }

    /** Whoever launches again wants it tried now, and judged anew. */
    private static void tryAgain(SlotState slot) {
        for (Instance instance : slot.instances) {
            if (instance.phase == Instance.Phase.WAITING) {
                instance.startAt = Clock.nanos();
                instance.backoff = 0;
                instance.exits.clear();
            }
        }
    }

    private boolean scale(Json request) throws Refusal {
        SlotState slot = slot(request);
        int instances = request.small("instances");
        if (slot.revision == null || slot.retiring) {
            throw new Refusal("nothing runs in " + slot.name, "launch a release there");
        }
        if (instances == 0 && slot.weight > 0) {
            throw new Refusal(
                    slot.name + " has " + slot.weight + " % of the traffic", "route it to the other slot first");
        }
        if (slot.desired == instances) {
            return false;
        }
        slot.desired = instances;
        slot.generation++;
        return true;
    }

    private boolean route(Json request) throws Refusal {
        int blue = request.small("blue");
        int green = request.small("green");
        for (SlotState slot : state.slots()) {
            int weight = slot == state.blue ? blue : green;
            if (weight > 0 && (slot.revision == null || slot.retiring)) {
                throw new Refusal("nothing runs in " + slot.name, "launch a release there first");
            }
        }
        boolean changed = state.blue.weight != blue || state.green.weight != green;
        state.blue.weight = blue;
        state.green.weight = green;
        return changed;
    }

    private boolean update(Json request) throws Refusal {
        SlotState slot = slot(request);
        int count = request.small("instances");
        if (slot.revision == null || slot.retiring) {
            throw new Refusal("nothing runs in " + slot.name, "launch a release there");
        }
        Spec spec = spec(request);
        supervisor.secrets.learn(spec.revision(), request.textMap("secrets"));
        state.remember(spec);
        if (spec.revision().equals(slot.newest()) && (slot.target == null || slot.targetCount == count)) {
            return true;
        }
        slot.target = spec.revision();
        slot.targetCount = count;
        slot.generation++;
        slot.conditions.clear();
        tryAgain(slot);
        return true;
    }

    private boolean retire(Json request) throws Refusal {
        SlotState slot = slot(request);
        if (slot.revision == null || slot.retiring) {
            return false;
        }
        if (slot.weight > 0) {
            throw new Refusal(
                    slot.name + " has " + slot.weight + " % of the traffic", "route it to the other slot first");
        }
        slot.retiring = true;
        slot.desired = 0;
        slot.target = null;
        slot.targetCount = 0;
        slot.generation++;
        return true;
    }

    private Spec spec(Json request) throws Refusal {
        Json given = request.child("spec");
        String revision = request.textOrNull("revision");
        Spec spec = given == null ? state.spec(revision) : Spec.of(given);
        if (spec == null) {
            throw new Refusal(
                    "the revision " + revision + " is not among the " + state.known.size() + " that are kept",
                    "launch its release anew");
        }
        Map<String, String> secrets = request.textMap("secrets");
        List<String> missing = supervisor.secrets.missing(spec);
        missing.removeAll(secrets.keySet());
        if (!missing.isEmpty()) {
            throw new Refusal(
                    "it needs secrets for " + String.join(", ", missing) + ", which did not come with the request",
                    "name them in the environment");
        }
        Redactor redactor = new Redactor(
                secrets.values().stream().filter(value -> value.length() >= 8).toList());
        if (spec.command().stream().filter(Objects::nonNull).anyMatch(redactor::finds)) {
            throw new Refusal(
                    "its command line holds the value of a secret, and command lines are visible to every user",
                    "let the program read it from its environment");
        }
        return spec;
    }
}
