package io.dpg.deploy.engine;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Plans and observations as JSON, for journals. */
public final class PlanJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addMixIn(Step.class, StepKinds.class)
            .addMixIn(Group.class, GroupFields.class)
            .addMixIn(Plan.class, PlanFields.class)
            .build();

    private PlanJson() {}

    /** Returns {@code plan} as one line of JSON. */
    public static String write(Plan plan) {
        return MAPPER.writeValueAsString(plan);
    }

    /** Returns the plan that {@link #write(Plan)} wrote. */
    public static Plan read(String json) {
        try {
            return MAPPER.readValue(json, Plan.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("Tried to read a plan, but this is none: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns {@code observation} as one line of JSON. */
    public static String write(Observation observation) {
        return MAPPER.writeValueAsString(observation);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(name = "Gate", value = Step.Gate.class),
        @JsonSubTypes.Type(name = "Migrate", value = Step.Migrate.class),
        @JsonSubTypes.Type(name = "Launch", value = Step.Launch.class),
        @JsonSubTypes.Type(name = "Scale", value = Step.Scale.class),
        @JsonSubTypes.Type(name = "AwaitReady", value = Step.AwaitReady.class),
        @JsonSubTypes.Type(name = "Verify", value = Step.Verify.class),
        @JsonSubTypes.Type(name = "Shift", value = Step.Shift.class),
        @JsonSubTypes.Type(name = "Bake", value = Step.Bake.class),
        @JsonSubTypes.Type(name = "Watch", value = Step.Watch.class),
        @JsonSubTypes.Type(name = "Conclude", value = Step.Conclude.class),
        @JsonSubTypes.Type(name = "Update", value = Step.Update.class),
        @JsonSubTypes.Type(name = "Drain", value = Step.Drain.class),
        @JsonSubTypes.Type(name = "Retire", value = Step.Retire.class),
        @JsonSubTypes.Type(name = "Hook", value = Step.Hook.class)
    })
    private interface StepKinds {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private interface GroupFields {
        @JsonIgnore
        OptionalInt open();
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private interface PlanFields {}
}
