package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.ScanGate.Severity;
import io.dpg.deploy.check.GateDecision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;

/** Images in the emulator's registry. */
@NeedsAws
class EcrImagesTest {

    private static TestAws aws;
    private static EcrImages images;
    private static String repository;
    private static String digest;

    @BeforeAll
    static void push() {
        aws = TestAws.open();
        images = EcrImages.of(aws.clients());
        repository = aws.account() + ".dkr.ecr.eu-central-1.amazonaws.com/team/dpg-api";
        EcrClient ecr = aws.clients().ecr();
        ecr.createRepository(r -> r.repositoryName("team/dpg-api"));
        ecr.createRepository(r -> r.repositoryName("empty"));
        push(ecr, "1.4.0");
        digest = push(ecr, "1.5.0");
    }

    static String push(EcrClient ecr, String tag) {
        String manifest = "{\"schemaVersion\":2,\"layers\":[],\"annotations\":{\"tag\":\"" + tag + "\"}}";
        // The emulator makes all images the same where it has to find the digest itself.
        return ecr.putImage(r -> r.repositoryName("team/dpg-api")
                        .imageTag(tag)
                        .imageManifestMediaType("application/vnd.oci.image.manifest.v1+json")
                        .imageManifest(manifest)
                        .imageDigest(digest(manifest)))
                .image()
                .imageId()
                .imageDigest();
    }

    private static String digest(String manifest) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256")
                                    .digest(manifest.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void close() {
        aws.close();
    }

    @Test
    void aTagBecomesTheDigestThatItHasNow() {
        assertThat(images.byDigest(repository + ":1.5.0")).isEqualTo(repository + "@" + digest);
        assertThat(images.byDigest(repository + ":1.4.0")).isNotEqualTo(repository + "@" + digest);
    }

    @Test
    void anImageThatWasTakenAwayIsGone() {
        String first = push(aws.clients().ecr(), "short-lived");
        assertThat(images.byDigest(repository + ":short-lived")).endsWith(first);
        aws.clients().ecr().batchDeleteImage(r -> r.repositoryName("team/dpg-api")
                .imageIds(ImageIdentifier.builder().imageTag("short-lived").build()));
        assertThat(images.exists(repository + ":short-lived")).isFalse();
    }

    @Test
    void aDigestStaysAsItIsWhereTheImageIsThere() {
        assertThat(images.byDigest(repository + "@" + digest)).isEqualTo(repository + "@" + digest);
    }

    @Test
    void anImageExistsOnlyWhereItWasPushed() {
        assertThat(images.exists(repository + ":1.5.0")).isTrue();
        assertThat(images.exists(repository + "@" + digest)).isTrue();
        assertThat(images.exists(repository + ":1.6.0")).isFalse();
        assertThat(images.exists(repository + "-other:1.5.0")).isFalse();
    }

    @Test
    void aMissingTagIsToldWithTheNewestOnes() {
        assertThatThrownBy(() -> images.byDigest(repository + ":1.6.0"))
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith("Tried to read the image " + repository + ":1.6.0, but the repository "
                        + "team/dpg-api has no such image; its newest tags are ")
                .hasMessageContaining("1.5.0")
                .hasMessageContaining("1.4.0")
                .satisfies(e -> {
                    assertThat(((DeployException) e).retryable()).isFalse();
                    assertThat(((DeployException) e).remedy())
                            .hasValueSatisfying(r -> assertThat(r).contains("correct the tag"));
                });
    }

    @Test
    void anEmptyRepositoryHasNoTagsToName() {
        String empty = aws.account() + ".dkr.ecr.eu-central-1.amazonaws.com/empty";
        assertThatThrownBy(() -> images.byDigest(empty))
                .hasMessageContaining(empty + ":latest, but ")
                .hasMessageContaining("nor any with a tag");
    }

    @Test
    void aMissingRepositoryIsToldWithItsAccountAndRegion() {
        assertThatThrownBy(() -> images.byDigest(repository + "-other:1.5.0"))
                .hasMessageContaining(
                        "account " + aws.account() + " has no repository team/dpg-api-other in eu-central-1");
    }

    @Test
    void theScanOfAnImageIsJudged() {
        ScanGate gate = ScanGate.of(aws.clients());
        assertThat(ScanGateTest.decide(gate, repository + ":1.4.0").reason()).contains("there is no scan");
        aws.clients().ecr().startImageScan(r -> r.repositoryName("team/dpg-api").imageId(i -> i.imageTag("1.5.0")));
        // The emulator finds one thing in every image.
        GateDecision strict = ScanGateTest.decide(gate, images.byDigest(repository + ":1.5.0"));
        assertThat(strict.state()).isEqualTo(GateDecision.State.CLOSED);
        assertThat(strict.reason()).contains("1 HIGH; the worst: CVE-9999-9999 in moto_fake 9.9.9 (HIGH)");
        assertThat(ScanGateTest.decide(gate.atMost(Severity.HIGH, 1), repository + ":1.5.0")
                        .state())
                .isEqualTo(GateDecision.State.OPEN);
    }

    @Test
    void aScanOfAMissingImageNamesTheNewestTags() {
        GateDecision decision = ScanGateTest.decide(ScanGate.of(aws.clients()), repository + ":1.6.0");
        assertThat(decision.state()).isEqualTo(GateDecision.State.CLOSED);
        assertThat(decision.reason()).contains("but the repository team/dpg-api has no such image", "1.5.0");
    }

    @Test
    void theAccountInTheReferenceIsTheOneThatIsAsked() {
        String other = repository.replace(aws.account(), "000000000001");
        assertThatThrownBy(() -> images.byDigest(other + ":1.5.0"))
                .hasMessageContaining("account 000000000001 has no repository");
    }
}
