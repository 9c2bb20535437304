package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.List;

/** What the agent tells about its groups. Called under the supervisor's lock. */
final class Reports {

    private Reports() {}

    /** Returns all groups, as they are now. */
    static List<Json> groups(State state) {
        List<Json> groups = new ArrayList<>();
        for (SlotState slot : state.slots()) {
            String revision = slot.revision;
            if (revision == null) {
                continue;
            }
            int open = slot.instances.stream()
                    .mapToInt(i -> i.backend == null ? 0 : i.backend.open())
                    .sum();
            Json group = Json.object()
                    .put("slot", slot.name)
                    .put("revision", revision)
                    .put("version", version(state, revision))
                    .put("desired", slot.desired)
                    .put("ready", slot.ready())
                    .put("weight", slot.weight)
                    .put("generation", slot.generation)
                    .put("open", open)
                    .put(
                            "conditions",
                            slot.conditions.stream()
                                    .map(SlotState.Condition::toJson)
                                    .toList());
            String target = slot.target;
            if (target != null) {
                group.put(
                        "inPlace",
                        Json.object()
                                .put("revision", target)
                                .put("version", version(state, target))
                                .put("updated", slot.ready(target)));
            }
            groups.add(group);
        }
        return groups;
    }

    private static String version(State state, String revision) {
        Spec spec = state.spec(revision);
        return spec == null ? revision : spec.version();
    }

    /** Returns how an instance ended. */
    static String crash(Instance instance) {
        StringBuilder text = new StringBuilder("Instance ")
                .append(instance.number)
                .append(instance.wasReady ? " ended " : " ended before it was ready, ")
                .append(exit(instance));
        if (instance.exits.size() > 1) {
            text.append(", ").append(instance.exits.size()).append(" times within a minute");
        }
        List<String> lines = instance.lines();
        if (!lines.isEmpty()) {
            text.append("; last output: ")
                    .append(String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size())));
        }
        return text.toString();
    }

    private static String exit(Instance instance) {
        Integer code = instance.exitCode;
        if (code != null) {
            return "with exit code " + code + (code > 128 ? " (signal " + (code - 128) + ")" : "");
        }
        return instance.startFault != null
                ? "as it could not be started: " + instance.startFault
                : "with an exit code that nobody saw";
    }

    /** Returns why the group in {@code slot} is not healthy. */
    static String diagnosis(SlotState slot, Redactor redactor) {
        if (slot.revision == null && slot.instances.isEmpty()) {
            return "Nothing runs in " + slot.name + ".";
        }
        StringBuilder text = new StringBuilder();
        text.append(slot.name)
                .append(" wants ")
                .append(slot.desired)
                .append(" of ")
                .append(slot.revision);
        text.append(", ").append(slot.ready()).append(" ready");
        if (slot.target != null) {
            text.append(", updating ").append(slot.targetCount).append(" to ").append(slot.target);
        }
        text.append('\n');
        slot.conditions.forEach(
                c -> text.append(c.reason() + " (generation " + c.generation() + "): " + c.message() + '\n'));
        for (Instance instance : slot.instances) {
            text.append("Instance ").append(instance.number).append(" of ").append(instance.spec.revision());
            text.append(
                    switch (instance.phase) {
                        case WAITING -> " is about to start again, ended " + exit(instance);
                        case RUNNING -> instance.ready ? " is ready" : " runs but is not ready: " + instance.lastFault;
                        case STOPPING -> " is being stopped";
                    });
            OsProcess process = instance.process;
            text.append(process == null ? "" : ", process " + process.pid());
            text.append(", port ").append(instance.port);
            text.append(", ").append(instance.restarts).append(" restarts\n");
            if (instance.exitCode != null && instance.phase == Instance.Phase.RUNNING) {
                text.append("  the last time it ended ").append(exit(instance)).append('\n');
            }
            instance.lines().forEach(line -> text.append("  | ").append(line).append('\n'));
        }
        return redactor.redact(text.toString());
    }
}
