package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a slot is to hold, and what it holds. Guarded by the supervisor's lock. */
final class SlotState {

    private static final int MOST_CONDITIONS = 20;

    final String name;
    int weight;
    long generation;
    int desired;
    boolean retiring;

    @Nullable
    String revision;

    @Nullable
    String target;

    int targetCount;
    int numbers;
    final List<Condition> conditions = new ArrayList<>();
    final List<Instance> instances = new ArrayList<>();

    /** Something that is wrong with the group at a generation. */
    record Condition(String reason, String message, long generation, boolean fatal, long nanos) {
        Json toJson() {
            return Json.object()
                    .put("reason", reason)
                    .put("message", message)
                    .put("generation", generation)
                    .put("fatal", fatal);
        }
    }

    SlotState(String name) {
        this.name = name;
    }

    /** Returns the revision that the group runs, or is being moved to. */
    @Nullable
    String newest() {
        return target == null ? revision : target;
    }

    /** Returns how many instances of {@code wanted} are ready. */
    int ready(String wanted) {
        return (int) instances.stream()
                .filter(i -> i.serves() && i.spec.revision().equals(wanted))
                .count();
    }

    /** Returns how many instances that belong to the group as it is wanted are ready. */
    int ready() {
        return (int) instances.stream().filter(this::routed).count();
    }

    /** Returns whether an instance takes requests of users when the slot does. */
    boolean routed(Instance instance) {
        return instance.serves() && (target != null || instance.spec.revision().equals(revision));
    }

    /** Reports {@code message}, in place of what was said before for the same reason. */
    void report(String reason, String message, boolean fatal) {
        conditions.removeIf(c -> c.reason.equals(reason));
        conditions.add(new Condition(reason, message, generation, fatal, Clock.nanos()));
        if (conditions.size() > MOST_CONDITIONS) {
            conditions.remove(0);
        }
    }

    /** Forgets the group; its generation goes on rising, so that late conditions are told apart. */
    void clear() {
        revision = null;
        target = null;
        targetCount = 0;
        desired = 0;
        weight = 0;
        retiring = false;
        conditions.clear();
    }

    Json toJson() {
        return Json.object()
                .put("name", name)
                .put("weight", weight)
                .put("generation", generation)
                .put("desired", desired)
                .put("retiring", retiring)
                .put("revision", revision)
                .put("target", target)
                .put("targetCount", targetCount)
                .put("numbers", numbers)
                .put("conditions", conditions.stream().map(Condition::toJson).toList())
                .put("instances", instances.stream().map(Instance::toJson).toList());
    }
}
