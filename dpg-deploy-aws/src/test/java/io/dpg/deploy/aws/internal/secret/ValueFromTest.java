package io.dpg.deploy.aws.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.aws.NeedsAws;
import io.dpg.deploy.aws.TestAws;
import io.dpg.deploy.secret.SecretRef;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** What a task definition says of secrets, on the emulator. */
@NeedsAws
class ValueFromTest {

    private static TestAws aws;
    private static String arn;

    @BeforeAll
    static void store() {
        aws = TestAws.open();
        arn = aws.clients()
                .secretsManager()
                .createSecret(r -> r.name("dpg/database").secretString("{\"url\":\"x\"}"))
                .arn();
        for (int i = 0; i < 23; i++) {
            String name = "/dpg/p" + i;
            aws.clients()
                    .parameterStore()
                    .putParameter(r -> r.name(name).value("v").type(ParameterType.SECURE_STRING));
        }
    }

    @AfterAll
    static void close() {
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    void aSecretBecomesItsArnWithFieldStageAndVersion() {
        assertThat(arn).matches("arn:aws:secretsmanager:eu-central-1:[0-9]{12}:secret:dpg/database-.{6}");
        assertThat(of("aws-sm:dpg/database")).isEqualTo(arn);
        assertThat(of("aws-sm:dpg/database#url")).isEqualTo(arn + ":url::");
        assertThat(of("aws-sm:dpg/database?stage=AWSPREVIOUS#url")).isEqualTo(arn + ":url:AWSPREVIOUS:");
        assertThat(of("aws-sm:dpg/database?version=abc")).isEqualTo(arn + ":::abc");
        assertThat(of("aws-sm:" + arn + "#url")).isEqualTo(arn + ":url::");
    }

    @Test
    void manyParametersBecomeTheirArnsInOrder() {
        Map<String, SecretRef> refs = new LinkedHashMap<>();
        for (int i = 22; i >= 0; i--) {
            refs.put("P" + i, SecretRef.parse("aws-ssm:/dpg/p" + i));
        }
        Map<String, String> found = ValueFrom.of(aws.clients()).resolve(refs);

        assertThat(found.keySet()).containsExactlyElementsOf(refs.keySet());
        assertThat(found).containsEntry("P7", "arn:aws:ssm:eu-central-1:" + aws.account() + ":parameter/dpg/p7");
    }

    @Test
    void allThatIsMissingIsListedAtOnce() {
        Map<String, SecretRef> refs = Map.of(
                "A", SecretRef.parse("aws-sm:nowhere"),
                "B", SecretRef.parse("aws-ssm:/nowhere"),
                "C", SecretRef.parse("aws-ssm:/dpg/p1"));
        assertThatThrownBy(() -> ValueFrom.of(aws.clients()).resolve(refs))
                .isInstanceOfSatisfying(PlanInvalidException.class, e -> assertThat(e.faults())
                        .extracting(f -> f.property())
                        .containsExactlyInAnyOrder("secrets.A", "secrets.B"));
    }

    private static String of(String address) {
        return ValueFrom.of(aws.clients())
                .resolve(Map.of("X", SecretRef.parse(address)))
                .get("X");
    }
}
