package io.dpg.deploy.engine;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Provenance;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the first record of a rollout says: enough to go on in another process, but for what is code. Secrets are in it by
 * address only.
 */
record Start(
        Plan plan,
        Release release,
        @Nullable Revision revision,
        Environment environment,
        Limits limits,
        String requestedBy,
        boolean rollback,
        boolean schemaFits) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** A release as data. */
    private record ReleaseData(
            String application,
            String version,
            @Nullable String image,
            Map<String, String> settings,
            Provenance provenance) {}

    static Start of(Spec spec, Plan plan) {
        return new Start(
                plan,
                spec.release(),
                spec.revision(),
                spec.environment(),
                spec.limits(),
                spec.requestedBy(),
                spec.rollback(),
                fits(spec.migration(), plan));
    }

    /** Returns whether stable works on the schema as the rollout leaves it. */
    static boolean fits(@Nullable Migration migration, Plan plan) {
        Group stable = plan.stable();
        return migration == null || stable == null || migration.compatibleWith(stable.version());
    }

    Map<String, String> write() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("plan", PlanJson.write(plan));
        ReleaseData plain = new ReleaseData(
                release.application(),
                release.version(),
                release.image().orElse(null),
                release.settings(),
                release.provenance());
        data.put("release", MAPPER.writeValueAsString(plain));
        if (revision != null) {
            data.put("revision", revision.id());
        }
        data.put("environment", MAPPER.writeValueAsString(environment));
        data.put("limits", MAPPER.writeValueAsString(limits));
        data.put("requestedBy", requestedBy);
        data.put("rollback", String.valueOf(rollback));
        data.put("schemaFits", String.valueOf(schemaFits));
        return data;
    }

    static Start read(Map<String, String> data) {
        ReleaseData plain = MAPPER.readValue(data.get("release"), ReleaseData.class);
        Release release = Release.of(plain.application(), plain.version());
        for (Map.Entry<String, String> setting : plain.settings().entrySet()) {
            release = release.setting(setting.getKey(), setting.getValue());
        }
        String image = plain.image();
        release = image == null ? release : release.image(image);
        Provenance provenance = plain.provenance();
        release = provenance.commit() == null ? release : release.commit(provenance.commit());
        release = provenance.tag() == null ? release : release.tag(provenance.tag());
        release = provenance.branch() == null ? release : release.branch(provenance.branch());
        String revision = data.get("revision");
        return new Start(
                PlanJson.read(data.getOrDefault("plan", "")),
                release,
                revision == null ? null : new Revision(revision),
                MAPPER.readValue(data.get("environment"), Environment.class),
                MAPPER.readValue(data.get("limits"), Limits.class),
                data.getOrDefault("requestedBy", "unknown"),
                Boolean.parseBoolean(data.get("rollback")),
                Boolean.parseBoolean(data.getOrDefault("schemaFits", "true")));
    }
}
