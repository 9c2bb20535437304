package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.aws.ScanGate.Severity;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.RolloutAssertions;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts by the scan of an image, as a scripted ECR tells of it. */
class ScanGateTest {

    private static final String IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:1.5.0";
    private static final String SCAN = "DescribeImageScanFindings";

    private static final Plan PLAN = plan();

    private static Plan plan() {
        VirtualTime time = new VirtualTime();
        try (Deployer deployer =
                Deployer.builder().time(time).executor(Runnable::run).build()) {
            return deployer.rollout(new SimulatedTarget("dpg-api", time).serving("1", 1))
                    .release(Release.of("dpg-api", "2"))
                    .strategy(Canary.weights(50, 100))
                    .plan();
        }
    }

    private final FakeEcr ecr = new FakeEcr();
    private final ScanGate gate = ScanGate.of(ecr.clients());

    @AfterEach
    void close() {
        ecr.close();
    }

    static GateDecision decide(Gate gate, String image) {
        return decide(gate, Release.of("dpg-api", "1.5.0").image(image));
    }

    private static GateDecision decide(Gate gate, Release release) {
        try {
            return gate.evaluate(context(release));
        } catch (Exception e) {
            throw new AssertionError("the gate could not decide", e);
        }
    }

    private static GateContext context(Release release) {
        return new GateContext("r-1", release, PLAN, "tester", Instant.EPOCH, Instant.EPOCH, List.of());
    }

    private static String scan(String status, String counts, String rest) {
        return "{\"imageScanStatus\":{\"status\":\"" + status + "\"},\"imageScanFindings\":{\"findingSeverityCounts\":{"
                + counts + "}" + (rest.isEmpty() ? "" : "," + rest) + "}}";
    }

    private void closes(Gate gate, String... reasons) {
        GateDecision decision = decide(gate, IMAGE);
        assertThat(decision.state()).as(decision.reason()).isEqualTo(GateDecision.State.CLOSED);
        assertThat(decision.reason()).contains(reasons);
    }

    private void opens(Gate gate, String... reasons) {
        GateDecision decision = decide(gate, IMAGE);
        assertThat(decision.state()).as(decision.reason()).isEqualTo(GateDecision.State.OPEN);
        assertThat(decision.reason()).contains(reasons);
    }

    @Test
    void aCleanScanOpens() {
        ecr.answer(SCAN, scan("COMPLETE", "", "\"findings\":[]"));
        opens(gate, IMAGE, "no findings");
        assertThat(ecr.calls())
                .singleElement()
                .asString()
                .contains("\"registryId\":\"123456789012\"", "\"imageTag\":\"1.5.0\"");
    }

    @Test
    void withoutALimitNothingHighOrWorseIsAllowed() {
        ecr.answer(SCAN, scan("COMPLETE", "\"MEDIUM\":7,\"LOW\":2", ""));
        ecr.answer(SCAN, scan("COMPLETE", "\"HIGH\":1", ""));
        ecr.answer(SCAN, scan("COMPLETE", "\"CRITICAL\":1", ""));
        opens(gate, "7 MEDIUM, 2 LOW");
        closes(gate, "HIGH or worse: 1 instead of at most 0");
        closes(gate, "HIGH or worse: 1 instead of at most 0", "1 CRITICAL");
    }

    @Test
    void limitsHoldTogetherUpToTheirFigure() {
        ScanGate limited = gate.atMost(Severity.CRITICAL, 0).atMost(Severity.HIGH, 3);
        ecr.answer(SCAN, scan("COMPLETE", "\"HIGH\":3,\"MEDIUM\":50", ""));
        ecr.answer(SCAN, scan("COMPLETE", "\"HIGH\":4", ""));
        ecr.answer(SCAN, scan("COMPLETE", "\"CRITICAL\":1", ""));
        opens(limited, "3 HIGH, 50 MEDIUM");
        closes(limited, "HIGH or worse: 4 instead of at most 3");
        closes(limited, "CRITICAL: 1 instead of at most 0");
    }

    @Test
    void aLimitCountsTheWorseOnesToo() {
        ecr.answer(SCAN, scan("COMPLETE", "\"CRITICAL\":2,\"HIGH\":2", ""));
        closes(gate.atMost(Severity.HIGH, 3), "HIGH or worse: 4 instead of at most 3");
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> gate.atMost(Severity.LOW, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTenWorstAreNamedWithTheirPackagesTheWorstFirst() {
        StringBuilder findings = new StringBuilder(finding("CVE-LOW", "LOW"));
        for (int i = 1; i <= 12; i++) {
            findings.append(',').append(finding("CVE-H" + i, "HIGH"));
        }
        findings.append(',').append(finding("CVE-WORST", "CRITICAL"));
        ecr.answer(SCAN, scan("COMPLETE", "\"HIGH\":12,\"CRITICAL\":1,\"LOW\":1", "\"findings\":[" + findings + "]"));
        GateDecision decision = decide(gate, IMAGE);
        assertThat(decision.reason())
                .contains(
                        "1 CRITICAL, 12 HIGH, 1 LOW; the worst: CVE-WORST in openssl 3.0.1 (CRITICAL), CVE-H1 in",
                        "CVE-H9 ")
                .doesNotContain("CVE-H10", "CVE-LOW");
    }

    private static String finding(String name, String severity) {
        return "{\"name\":\"" + name + "\",\"severity\":\"" + severity + "\",\"attributes\":["
                + "{\"key\":\"package_version\",\"value\":\"3.0.1\"},{\"key\":\"package_name\",\"value\":\"openssl\"}]}";
    }

    private static String enhanced(String id, String severity, String status) {
        return "{\"severity\":\"" + severity + "\",\"status\":\"" + status + "\",\"title\":\"a title\","
                + "\"packageVulnerabilityDetails\":{\"vulnerabilityId\":\"" + id + "\",\"vulnerablePackages\":["
                + "{\"name\":\"zlib\",\"version\":\"1.2\"},{\"name\":\"zlib-dev\",\"version\":\"1.2\"}]}}";
    }

    @Test
    void findingsOfAnEnhancedScanAreCountedOverAllPagesWhereThereAreNoCounts() {
        ecr.answer(
                SCAN,
                scan("ACTIVE", "", "\"enhancedFindings\":[" + enhanced("CVE-1", "HIGH", "ACTIVE") + "]")
                        .replaceFirst("^\\{", "{\"nextToken\":\"2\","));
        ecr.answer(
                SCAN,
                scan(
                        "ACTIVE",
                        "",
                        "\"enhancedFindings\":[" + enhanced("CVE-2", "CRITICAL", "ACTIVE") + ","
                                + enhanced("CVE-3", "CRITICAL", "SUPPRESSED") + ","
                                + enhanced("CVE-4", "UNTRIAGED", "ACTIVE") + "]"));
        closes(gate, "1 CRITICAL, 1 HIGH, 1 UNDEFINED; the worst: CVE-2 in zlib 1.2 and 1 more (CRITICAL), CVE-1 in");
        assertThat(ecr.calls()).hasSize(2).last().asString().contains("\"nextToken\":\"2\"");
    }

    @Test
    void pagesAreNotReadWhereTheCountsSayThatNothingBadIsOnThem() {
        ecr.answer(SCAN, scan("COMPLETE", "\"LOW\":1500", "").replaceFirst("^\\{", "{\"nextToken\":\"2\","));
        opens(gate, "1500 LOW");
        assertThat(ecr.calls()).hasSize(1);
    }

    @Test
    void endlessPagesWithoutCountsClose() {
        ecr.answer(
                SCAN, scan("ACTIVE", "", "\"enhancedFindings\":[]").replaceFirst("^\\{", "{\"nextToken\":\"again\","));
        closes(gate, "there are more than are read");
        assertThat(ecr.calls()).hasSize(20);
    }

    @Test
    void aSeverityThatIsNoneCountsAsCritical() {
        ecr.answer(SCAN, scan("COMPLETE", "\"APOCALYPTIC\":1", ""));
        closes(gate.atMost(Severity.CRITICAL, 0), "1 CRITICAL (counted as CRITICAL: 'APOCALYPTIC')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"IN_PROGRESS", "PENDING"})
    void aScanThatIsNotReadyIsWaitedFor(String status) {
        ecr.answer(SCAN, "{\"imageScanStatus\":{\"status\":\"" + status + "\",\"description\":\"soon\"}}");
        GateDecision decision = decide(gate.allowUnscanned(), IMAGE);
        assertThat(decision.state()).isEqualTo(GateDecision.State.WAITING);
        assertThat(decision.reason()).contains(status + " (soon)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FAILED",
                "UNSUPPORTED_IMAGE",
                "SCAN_ELIGIBILITY_EXPIRED",
                "FINDINGS_UNAVAILABLE",
                "LIMIT_EXCEEDED"
            })
    void anImageThatCannotBeJudgedIsRejectedUnlessAllowed(String status) {
        ecr.answer(SCAN, "{\"imageScanStatus\":{\"status\":\"" + status + "\",\"description\":\"alas\"}}");
        closes(gate, "Tried to judge " + IMAGE + " by its scan, but", status + " (alas); ");
        opens(gate.allowUnscanned(), "goes on without a scan, as is allowed", status);
    }

    @Test
    void anImageThatWasNeverScannedIsRejectedUnlessAllowed() {
        ecr.refuse(SCAN, 400, "ScanNotFoundException");
        closes(gate, "there is no scan; start one");
        opens(gate.allowUnscanned(), "there is no scan");
    }

    @Test
    void completeWithoutAWordOnFindingsIsNotTakenForClean() {
        ecr.answer(SCAN, "{\"imageScanStatus\":{\"status\":\"COMPLETE\"}}");
        closes(gate, "not even none");
        opens(gate.allowUnscanned(), "not even none");
    }

    @Test
    void whatIsKnownOfAnExpiredScanStillCountsWhereUnscannedImagesAreAllowed() {
        ecr.answer(SCAN, scan("SCAN_ELIGIBILITY_EXPIRED", "\"CRITICAL\":1", ""));
        closes(gate.allowUnscanned(), "found too much", "SCAN_ELIGIBILITY_EXPIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMAGE_ARCHIVED", "SOMETHING_NEW", ""})
    void aStatusThatIsNoneToGoOnWithClosesWhateverIsAllowed(String status) {
        ecr.answer(SCAN, scan(status, "", ""));
        closes(gate.allowUnscanned(), "its status is '" + status + "'");
    }

    @Test
    void deniedAccessClosesAndNamesThePermission() {
        ecr.refuse(SCAN, 400, "AccessDeniedException");
        closes(gate.allowUnscanned(), "AccessDeniedException", "grant ecr:DescribeImageScanFindings");
    }

    @Test
    void throttlingIsNoVerdict() {
        ecr.refuse(SCAN, 400, "ThrottlingException");
        assertThat(decide(gate, IMAGE).state()).isEqualTo(GateDecision.State.WAITING);
    }

    @Test
    void anInterruptIsPassedOnAndIsNoVerdict() {
        ecr.answer(SCAN, scan("COMPLETE", "", ""));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() ->
                            gate.evaluate(context(Release.of("dpg-api", "1.5.0").image(IMAGE))))
                    .isInstanceOf(InterruptedException.class);
        } finally {
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void aReleaseWithoutAnImageOfEcrIsRejected() {
        assertThat(decide(gate, Release.of("dpg-api", "1")).reason()).contains("names no image");
        assertThat(decide(gate, "nginx:1").reason()).contains("it is no reference of Amazon ECR");
        assertThat(decide(gate, "nginx:1").state()).isEqualTo(GateDecision.State.CLOSED);
        assertThat(ecr.calls()).isEmpty();
    }

    @Test
    void aRolloutWaitsForTheScanAndThenGoesOn() {
        ecr.refuse(SCAN, 400, "ThrottlingException").refuse(SCAN, 400, "ThrottlingException");
        ecr.answer(SCAN, "{\"imageScanStatus\":{\"status\":\"PENDING\"}}");
        ecr.answer(SCAN, "{\"imageScanStatus\":{\"status\":\"IN_PROGRESS\"}}");
        ecr.answer(SCAN, scan("COMPLETE", "\"LOW\":1", ""));
        RolloutAssertions.assertThat(rollout()).promoted().serves("1.5.0");
    }

    @Test
    void aRolloutWithABadScanTouchesNothing() {
        ecr.answer(SCAN, scan("COMPLETE", "\"CRITICAL\":1", "\"findings\":[" + finding("CVE-1", "CRITICAL") + "]"));
        RolloutAssertions.assertThat(rollout()).rejected().because("CVE-1 in openssl 3.0.1");
    }

    private RolloutResult rollout() {
        VirtualTime time = new VirtualTime();
        SimulatedTarget target = new SimulatedTarget("dpg-api", time).serving("1.4.0", 2);
        try (Deployer deployer =
                Deployer.builder().time(time).executor(Runnable::run).build()) {
            return deployer.rollout(target)
                    .release(Release.of("dpg-api", "1.5.0").image(IMAGE))
                    .strategy(Canary.weights(50, 100))
                    .gate(gate)
                    .execute();
        }
    }
}
