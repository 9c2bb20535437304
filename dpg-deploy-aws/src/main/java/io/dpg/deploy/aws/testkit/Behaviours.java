package io.dpg.deploy.aws.testkit;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Which image behaves how. */
final class Behaviours {

    private final Map<String, FakeBehaviour> byImage = new HashMap<>();
    private final Map<String, Integer> begun = new HashMap<>();

    void set(String image, FakeBehaviour behaviour) {
        byImage.put(image, behaviour);
        begun.remove(image);
    }

    FakeBehaviour of(JsonNode definition) {
        for (JsonNode container : Json.list(definition, "containerDefinitions")) {
            FakeBehaviour behaviour = byImage.get(Json.text(container, "image"));
            if (behaviour != null) {
                return behaviour;
            }
        }
        return FakeBehaviour.good();
    }

    /** Returns how the next task of the definition behaves. */
    FakeBehaviour next(JsonNode definition) {
        FakeBehaviour behaviour = of(definition);
        for (JsonNode container : Json.list(definition, "containerDefinitions")) {
            String image = Json.text(container, "image");
            if (byImage.containsKey(image) && begun.merge(image, 1, Integer::sum) > behaviour.crashes()) {
                return FakeBehaviour.good();
            }
        }
        return behaviour;
    }
}
