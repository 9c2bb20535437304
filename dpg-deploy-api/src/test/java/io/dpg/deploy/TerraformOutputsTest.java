package io.dpg.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerraformOutputsTest {

    private static final String JSON = """
            {
              "bucket": {"sensitive": false, "type": "string", "value": "b"},
              "port": {"sensitive": false, "type": "number", "value": 5432},
              "ratio": {"sensitive": false, "type": "number", "value": 1.10},
              "public": {"sensitive": false, "type": "bool", "value": false},
              "zones": {"sensitive": false, "type": ["list", "string"], "value": ["a", "b"]},
              "tags": {"sensitive": false, "type": ["map", "string"], "value": {"k": "v"}},
              "none": {"sensitive": false, "type": "string", "value": null},
              "password": {"sensitive": true, "type": "string", "value": "hunter2"},
              "keys": {"sensitive": true, "type": ["list", "string"], "value": ["hunter2", "x"]}
            }""";

    @Test
    void takesWhatIsNotSensitiveAsText() {
        assertThat(TerraformOutputs.parse(JSON).variables())
                .containsExactly(
                        Map.entry("bucket", "b"),
                        Map.entry("port", "5432"),
                        Map.entry("ratio", "1.10"),
                        Map.entry("public", "false"),
                        Map.entry("zones", "[\"a\",\"b\"]"),
                        Map.entry("tags", "{\"k\":\"v\"}"));
    }

    @Test
    void takesWhatIsSensitiveAsSecretsOnly() {
        TerraformOutputs outputs = TerraformOutputs.parse(JSON);
        assertThat(outputs.secrets())
                .containsExactly(
                        Map.entry("password", Secret.of("hunter2")),
                        Map.entry("keys", Secret.of("[\"hunter2\",\"x\"]")));
        assertThat(outputs.toString()).contains("password").doesNotContain("hunter2");
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("outputs.json"), JSON);
        assertThat(TerraformOutputs.load(file).variables()).containsEntry("bucket", "b");
        assertThatThrownBy(() -> TerraformOutputs.load(folder.resolve("none")))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining(folder.resolve("none").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password = hunter2",
                "[\"hunter2\"]",
                "{\"a\": \"hunter2\"}",
                "{\"a\": {\"value\": \"hunter2\"}}",
                "{\"a\": {\"value\": \"hunter2\", \"sensitive\": \"no\"}}",
                "{\"a\": {\"value\": \"hunter2"
            })
    void refusesAnythingElseWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> TerraformOutputs.parse(text))
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith("Tried to read the outputs of Terraform")
                .hasMessageContaining("terraform output -json")
                .hasNoCause()
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void sensitiveOutputsAreASourceOfSecrets() {
        TerraformOutputs outputs = TerraformOutputs.parse(
                "{\"db_password\": {\"sensitive\": true, \"type\": \"string\", \"value\": \"hunter2\"}}");
        Secrets secrets = Secrets.of(outputs.source());
        assertThat(secrets.resolve(SecretRef.parse("terraform:db_password")).reveal())
                .isEqualTo("hunter2");
        assertThat(secrets.missing(java.util.Map.of("X", SecretRef.parse("terraform:other"))))
                .hasSize(1);
    }
}
