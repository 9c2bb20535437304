package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Patches that hold as long as what they were decided on does: the fence, and of a Deployment its generation, which every
 * change of its spec moves, of a Service its selector. A condition on the object's version would fail at every status and
 * at every annotation that others write, and in a storm of those nobody who reads before writing is ever fast enough.
 */
final class PatchOnCondition {

    private static final String GENERATION = "/metadata/generation";
    private static final String SELECTOR = "/spec/selector";

    private PatchOnCondition() {}

    /**
     * Returns what turns {@code before} into {@code after}, the JSON of {@code object} and of its changed copy; null where
     * the object has nothing yet to set a condition on.
     */
    static @Nullable JsonPatch between(HasMetadata object, JsonNode before, JsonNode after) {
        String fence = JsonPatch.annotation(Names.FENCE);
        JsonNode seen = before.at(fence);
        JsonPatch patch = new JsonPatch();
        if (!seen.isString()) {
            return null;
        }
        patch.test(fence, seen);
        if (object instanceof Deployment && before.at(GENERATION).isNumber()) {
            patch.test(GENERATION, before.at(GENERATION));
        } else if (object instanceof Service && before.at(SELECTOR).isObject()) {
            patch.test(SELECTOR, before.at(SELECTOR));
        } else {
            return null;
        }
        change(patch, "", before, after);
        return patch;
    }

    private static void change(JsonPatch patch, String path, JsonNode before, JsonNode after) {
        for (String name : before.propertyNames()) {
            if (!after.has(name)) {
                patch.remove(path + "/" + JsonPatch.escape(name));
            }
        }
        for (String name : after.propertyNames()) {
            JsonNode was = before.get(name);
            JsonNode is = after.get(name);
            String at = path + "/" + JsonPatch.escape(name);
            if (was != null && was.isObject() && is.isObject()) {
                change(patch, at, was, is);
            } else if (!is.equals(was)) {
                patch.put(at, is);
            }
        }
    }
}
