package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.SecretSource.Found;
import io.dpg.deploy.secret.Secrets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Secrets of both stores, on the emulator. */
@NeedsAws
class SecretsTest {

    private static final String DATABASE = "dpg-cluster/production/database";

    private static TestAws aws;
    private static SecretsManagerClient manager;
    private static SsmClient parameters;
    private static String arn;
    private static String firstVersion;
    private static Secrets secrets;

    @BeforeAll
    static void store() {
        aws = TestAws.open();
        manager = aws.clients().secretsManager();
        parameters = aws.clients().parameterStore();
        firstVersion = manager.createSecret(
                        r -> r.name(DATABASE).secretString("{\"connection_string\":\"postgres-old\",\"port\":5432}"))
                .versionId();
        arn = manager.putSecretValue(r ->
                        r.secretId(DATABASE).secretString("{\"connection_string\":\"postgres-new\",\"port\":5433}"))
                .arn();
        parameters.putParameter(r -> r.name("/dpg-cluster/production/token")
                .type(ParameterType.SECURE_STRING)
                .value("hunter1"));
        parameters.putParameter(r -> r.name("/dpg-cluster/production/token")
                .type(ParameterType.SECURE_STRING)
                .overwrite(true)
                .value("hunter2"));
        parameters.labelParameterVersion(r ->
                r.name("/dpg-cluster/production/token").parameterVersion(1L).labels("live"));
        secrets = Secrets.of(SecretsManagerSource.of(aws.clients()), ParameterStoreSource.of(aws.clients()));
    }

    @AfterAll
    static void close() {
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    void aFieldOfTheGuidesSecretIsTaken() {
        assertThat(value("aws-sm:" + DATABASE + "#connection_string")).isEqualTo("postgres-new");
        assertThat(value("aws-sm:" + DATABASE + "#port")).isEqualTo("5433");
        assertThat(value("aws-sm:" + arn + "#connection_string")).isEqualTo("postgres-new");
    }

    @Test
    void anEarlierVersionIsTakenByStageAndById() {
        assertThat(value("aws-sm:" + DATABASE + "?stage=AWSPREVIOUS#connection_string"))
                .isEqualTo("postgres-old");
        assertThat(value("aws-sm:" + DATABASE + "?version=" + firstVersion + "#connection_string"))
                .isEqualTo("postgres-old");
        assertThat(value("aws-sm:" + DATABASE + "?stage=AWSCURRENT#connection_string"))
                .isEqualTo("postgres-new");
    }

    @Test
    void aBinarySecretIsTextWhereItCanBeElseBase64() {
        byte[] keystore = {(byte) 0xFE, (byte) 0xED, 0, 1, (byte) 0xFF};
        manager.createSecret(r -> r.name("binary").secretBinary(SdkBytes.fromByteArray(keystore)));
        manager.createSecret(r -> r.name("text").secretBinary(SdkBytes.fromUtf8String("grün")));

        assertThat(value("aws-sm:binary")).isEqualTo(Base64.getEncoder().encodeToString(keystore));
        assertThat(value("aws-sm:text")).isEqualTo("grün");
    }

    @Test
    void aParameterComesDecryptedByVersionAndByLabel() {
        assertThat(value("aws-ssm:/dpg-cluster/production/token")).isEqualTo("hunter2");
        assertThat(value("aws-ssm:/dpg-cluster/production/token?version=1")).isEqualTo("hunter1");
        assertThat(value("aws-ssm:/dpg-cluster/production/token?label=live")).isEqualTo("hunter1");
    }

    @Test
    void bothSayWhenTheyWereChanged() {
        for (String address : new String[] {"aws-sm:" + DATABASE, "aws-ssm:/dpg-cluster/production/token"}) {
            SecretRef ref = SecretRef.parse(address);
            Found found = source(ref).fetch(ref).orElseThrow();
            assertThat(found.rotated().orElseThrow())
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(60));
        }
    }

    @Test
    void whatDoesNotExistIsCertainlyNotThere() {
        for (String address : new String[] {
            "aws-sm:nowhere",
            "aws-sm:" + DATABASE + "?stage=NOSUCH",
            "aws-ssm:/nowhere",
            "aws-ssm:/dpg-cluster/production/token?version=77"
        }) {
            SecretRef ref = SecretRef.parse(address);
            assertThat(source(ref).fetch(ref)).as(address).isEmpty();
        }
        assertThatThrownBy(() -> secrets.resolveAll(Map.of("A", SecretRef.parse("aws-sm:nowhere"))))
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("aws-sm:nowhere");
    }

    @Test
    void aSecretThatIsToBeDeletedSaysSo() {
        manager.createSecret(r -> r.name("doomed").secretString("geheim"));
        manager.deleteSecret(r -> r.secretId("doomed"));

        assertThatThrownBy(() -> value("aws-sm:doomed"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("to be deleted")
                .hasMessageContaining("restore")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void theServiceLoaderFindsBoth() {
        assertThat(ServiceLoader.load(SecretSource.class))
                .extracting(SecretSource::scheme)
                .contains("aws-sm", "aws-ssm");
    }

    private static SecretSource source(SecretRef ref) {
        return ref.scheme().equals("aws-sm")
                ? SecretsManagerSource.of(aws.clients())
                : ParameterStoreSource.of(aws.clients());
    }

    private static String value(String address) {
        Secret secret = secrets.resolve(SecretRef.parse(address));
        return secret.reveal();
    }
}
