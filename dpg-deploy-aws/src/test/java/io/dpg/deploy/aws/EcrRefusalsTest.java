package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What images may answer besides a digest. */
class EcrRefusalsTest {

    private static final String IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api";
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private final FakeEcr ecr = new FakeEcr();
    private final EcrImages images = EcrImages.of(ecr.clients());

    @AfterEach
    void close() {
        ecr.close();
    }

    @Test
    void theRegistryOfTheReferenceIsAskedForTheTag() {
        ecr.answer("DescribeImages", "{\"imageDetails\":[{\"imageDigest\":\"" + DIGEST + "\"}]}");
        String other = IMAGE.replace("123456789012", "210987654321");
        assertThat(images.byDigest(other + ":1.5.0")).isEqualTo(other + "@" + DIGEST);
        assertThat(ecr.calls())
                .singleElement()
                .asString()
                .contains("\"registryId\":\"210987654321\"", "\"imageTag\":\"1.5.0\"");
    }

    @Test
    void whereTagAndDigestAreGivenTheDigestCounts() {
        ecr.answer("DescribeImages", "{\"imageDetails\":[{\"imageDigest\":\"" + DIGEST + "\"}]}");
        images.byDigest(IMAGE + ":1.5.0@" + DIGEST);
        assertThat(ecr.calls()).singleElement().asString().contains(DIGEST).doesNotContain("imageTag");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dpg-api:1.5.0",
                "docker.io/library/nginx:1",
                "12345.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:1",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api@sha256:123",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com.example.org/dpg-api:1",
                "https://123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:1",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:1\n"
            })
    void whatIsNoReferenceOfEcrIsToldSoAndAsksNobody(String reference) {
        assertThatThrownBy(() -> images.exists(reference))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("but it is no reference of Amazon ECR");
        assertThat(ecr.calls()).isEmpty();
    }

    @Test
    void aHugeReferenceIsCutInTheMessage() {
        assertThatThrownBy(() -> images.exists(IMAGE + "/a".repeat(1_000_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void aLoginInFrontOfTheHostIsNotRepeated() {
        assertThatThrownBy(() -> images.exists("AWS:hunter2@" + IMAGE + ":1"))
                .hasMessageNotContaining("hunter2")
                .hasMessageContaining(IMAGE);
    }

    @Test
    void ecrPublicIsNamedAsTheReason() {
        assertThatThrownBy(() -> images.exists("public.ecr.aws/nginx/nginx:1")).hasMessageContaining("ECR Public");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789012.dkr.ecr-fips.eu-central-1.amazonaws.com/dpg-api:1",
                "123456789012.dkr-ecr.eu-central-1.on.aws/dpg-api:1",
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a/b_c/d.e-f:V1_2"
            })
    void theOtherHostsOfEcrAreUnderstood(String reference) {
        ecr.answer("DescribeImages", "{\"imageDetails\":[{\"imageDigest\":\"" + DIGEST + "\"}]}");
        assertThat(images.byDigest(reference))
                .isEqualTo(reference.substring(0, reference.lastIndexOf(':')) + "@" + DIGEST);
    }

    @Test
    void anotherRegionIsToldBeforeItIsAskedInVain() {
        assertThatThrownBy(() -> images.byDigest(IMAGE.replace("eu-central-1", "us-east-1") + ":1"))
                .hasMessageContaining("the clients are of the region eu-central-1")
                .satisfies(e ->
                        assertThat(((DeployException) e).remedy().orElseThrow()).contains("region(\"us-east-1\")"));
        assertThat(ecr.calls()).isEmpty();
    }

    @Test
    void deniedAccessNamesThePermissionAndThePolicyOfTheRepository() {
        ecr.refuse("DescribeImages", 400, "AccessDeniedException");
        assertThatThrownBy(() -> images.exists(IMAGE + ":1"))
                .hasMessageContaining("AWS answered AccessDeniedException")
                .satisfies(e -> {
                    assertThat(((DeployException) e).remedy().orElseThrow())
                            .contains("grant ecr:DescribeImages", "policy of the repository");
                    assertThat(((DeployException) e).retryable()).isFalse();
                });
    }

    @Test
    void throttlingMayBeRepeatedAndIsNoAnswer() {
        ecr.refuse("DescribeImages", 400, "ThrottlingException");
        assertThatThrownBy(() -> images.exists(IMAGE + ":1"))
                .satisfies(e -> assertThat(((DeployException) e).retryable()).isTrue());
    }

    @Test
    void anArchivedImageCannotBePulled() {
        ecr.answer(
                "DescribeImages",
                "{\"imageDetails\":[{\"imageDigest\":\"" + DIGEST + "\",\"imageStatus\":\"ARCHIVED\"}]}");
        assertThat(images.exists(IMAGE + ":1")).isFalse();
        assertThatThrownBy(() -> images.byDigest(IMAGE + ":1")).hasMessageContaining("it is ARCHIVED");
    }

    @Test
    void theNewestFiveTagsAreNamedOfAllPages() {
        ecr.refuse("DescribeImages", 400, "ImageNotFoundException");
        ecr.answer("DescribeImages", page("\"nextToken\":\"2\",", 10, 3, 40));
        ecr.answer("DescribeImages", page("", 30, 1, 20, 2));
        assertThatThrownBy(() -> images.byDigest(IMAGE + ":1"))
                .hasMessageContaining("; its newest tags are v40, v30, v20, v10, v3; ");
        assertThat(ecr.calls()).hasSize(3);
    }

    @Test
    void theSearchForTagsEndsWhateverTheRegistrySays() {
        ecr.refuse("DescribeImages", 400, "ImageNotFoundException");
        ecr.answer("DescribeImages", page("\"nextToken\":\"again\",", 1));
        assertThatThrownBy(() -> images.byDigest(IMAGE + ":9"))
                .hasMessageContaining("its newest tags among the first 5000 images are v1");
        assertThat(ecr.calls()).hasSize(6);
    }

    @Test
    void aFaultWhileLookingForTagsDoesNotHideThatTheTagIsMissing() {
        ecr.refuse("DescribeImages", 400, "ImageNotFoundException");
        ecr.refuse("DescribeImages", 400, "InvalidParameterException");
        assertThatThrownBy(() -> images.byDigest(IMAGE + ":9"))
                .hasMessageContaining("has no such image; push it first");
    }

    private static String page(String next, int... ages) {
        StringBuilder images = new StringBuilder();
        for (int age : ages) {
            images.append(images.isEmpty() ? "" : ",")
                    .append("{\"imageDigest\":\"" + DIGEST + "\",\"imageTags\":[\"v" + age + "\"],\"imagePushedAt\":")
                    .append(1_700_000_000 + age)
                    .append('}');
        }
        return "{" + next + "\"imageDetails\":[" + images + "]}";
    }
}
