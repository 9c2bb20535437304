package io.dpg.deploy.aws.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.secret.SecretRef;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of both stores, and what ECS can do with them. */
class AddressTest {

    @Test
    void nameVersionAndStageAreTold() {
        assertThat(read("aws-sm:a/b_c+d=e.f@g-h#x")).isEqualTo(new Address("a/b_c+d=e.f@g-h", null, null));
        assertThat(read("aws-sm:a?version=0f-3a#x")).isEqualTo(new Address("a", "0f-3a", null));
        assertThat(read("aws-sm:rds!cluster-1?stage=AWSPENDING"))
                .isEqualTo(new Address("rds!cluster-1", null, "AWSPENDING"));
        assertThat(read("aws-ssm:/a/b?label=live")).isEqualTo(new Address("/a/b", null, "live"));
        assertThat(read("aws-ssm:/a/b?version=12")).isEqualTo(new Address("/a/b", "12", null));
        assertThat(read("aws-ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/a")
                        .name())
                .endsWith("parameter/a");
        assertThat(read("aws-sm:arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a-AbCdEf")
                        .isArn())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws-sm:name with blank",
                "aws-sm:name?",
                "aws-sm:name?label=x",
                "aws-sm:name?stage=",
                "aws-sm:name?stage=A&version=b",
                "aws-sm:arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf:field::",
                "aws-ssm:/a?stage=x",
                "aws-ssm:/a?version=latest",
                "aws-ssm:/a:3"
            })
    void anotherFormIsRefusedWithTheFormsThatThereAre(String text) {
        assertThatThrownBy(() -> Address.of(SecretRef.parse(text)))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("?version=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env:DATABASE_URL",
                "file:/run/secrets/db",
                "aws-sm:name#a.b",
                "aws-sm:name#a[0]",
                "aws-sm:name?label=x",
                "aws-ssm:/a#field",
                "aws-ssm:/a?version=1",
                "aws-ssm:/a?label=live"
            })
    void whatEcsCannotFetchIsAFault(String text) {
        assertThat(ValueFrom.unfit(SecretRef.parse(text))).isPresent();
        assertThat(ValueFrom.faults(Map.of("A", SecretRef.parse(text))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.property()).isEqualTo("secrets.A"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws-sm:name", "aws-sm:name#a-b_c", "aws-sm:name?stage=AWSPREVIOUS#a", "aws-ssm:/a"})
    void whatEcsCanFetchIsNone(String text) {
        assertThat(ValueFrom.unfit(SecretRef.parse(text))).isEmpty();
    }

    @Test
    void nobodyIsAskedForWhatEcsCannotFetch() {
        AwsClients closed = AwsClients.standard();
        closed.close();
        assertThatThrownBy(() -> ValueFrom.of(closed)
                        .resolve(Map.of("A", SecretRef.parse("env:X"), "B", SecretRef.parse("aws-sm:ok"))))
                .isInstanceOf(PlanInvalidException.class);
    }

    private static Address read(String text) {
        return Address.of(SecretRef.parse(text));
    }
}
