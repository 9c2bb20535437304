package io.dpg.deploy;

import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Terraform (or OpenTofu) created, as {@code terraform output -json} prints it. Immutable. {@code toString} has
 * the names only.
 *
 * <p>Text, numbers and booleans are taken as they are, lists and maps as compact JSON; outputs that are null are left
 * out.
 */
public final class TerraformOutputs {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 1.10 stays 1.10
            .build();

    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, Secret> secrets = new LinkedHashMap<>();

    private TerraformOutputs() {}

    /**
     * Reads the outputs in {@code file}.
     *
     * @throws DeployException if it cannot be read, or holds something else; nothing of it is quoted
     */
    public static TerraformOutputs load(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw failed(
                    file.toString(), "the file cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        return parse(text, file.toString());
    }

    /**
     * Reads the outputs in {@code json}.
     *
     * @throws DeployException if it holds something else; nothing of it is quoted
     */
    public static TerraformOutputs parse(String json) {
        return parse(json, "the given text");
    }

    private static TerraformOutputs parse(String json, String where) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException quotesTheText) {
            throw failed(where, "it is not JSON");
        }
        if (!root.isObject()) {
            throw failed(where, "it is not a JSON object");
        }
        TerraformOutputs outputs = new TerraformOutputs();
        for (Map.Entry<String, JsonNode> output : root.properties()) {
            JsonNode value = output.getValue().get("value");
            JsonNode sensitive = output.getValue().get("sensitive");
            if (value == null || sensitive == null || !sensitive.isBoolean()) {
                throw failed(where, "'" + output.getKey() + "' lacks 'value' or 'sensitive'");
            }
            if (value.isNull()) {
                continue;
            }
            if (sensitive.booleanValue()) {
                outputs.secrets.put(output.getKey(), Secret.of(text(value)));
            } else {
                outputs.variables.put(output.getKey(), text(value));
            }
        }
        return outputs;
    }

    private static String text(JsonNode value) {
        if (value.isBigDecimal()) {
            return value.decimalValue().toPlainString();
        }
        return value.isValueNode() ? value.asString() : MAPPER.writeValueAsString(value);
    }

    /** Returns the outputs that are not sensitive, by name. */
    public Map<String, String> variables() {
        return Collections.unmodifiableMap(variables);
    }

    /** Returns the sensitive outputs, by name. */
    public Map<String, Secret> secrets() {
        return Collections.unmodifiableMap(secrets);
    }

    /**
     * Returns the sensitive outputs as a source of secrets: {@code terraform:NAME} in an environment is the output
     * {@code NAME}. Give it to {@link io.dpg.deploy.secret.Secrets.Builder#source}.
     */
    public SecretSource source() {
        return new SecretSource() {
            @Override
            public String scheme() {
                return "terraform";
            }

            @Override
            public Optional<Found> fetch(SecretRef ref) {
                return Optional.ofNullable(secrets().get(ref.path())).map(secret -> new Found(secret, null));
            }
        };
    }

    /** Returns the names of all outputs. */
    @Override
    public String toString() {
        return "TerraformOutputs[variables=" + variables.keySet() + ", secrets=" + secrets.keySet() + "]";
    }

    private static DeployException failed(String where, String why) {
        return new DeployException(
                "Tried to read the outputs of Terraform from " + where + ", but " + why,
                Details.NONE.remedy("give what 'terraform output -json' prints, all of it"));
    }
}
