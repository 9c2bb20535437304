package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.ask;
import static io.dpg.deploy.verify.report.Reports.closed;
import static io.dpg.deploy.verify.report.Reports.open;
import static io.dpg.deploy.verify.report.Reports.real;
import static io.dpg.deploy.verify.report.Reports.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.GateDecision.State;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrivyReportTest {

    @TempDir
    Path directory;

    private final TrivyReport vulnerabilities = TrivyReport.in(real("trivy/vulnerabilities.json"));
    private final TrivyReport others = TrivyReport.in(real("trivy/secrets-and-misconfigurations.json"));

    private TrivyReport in(String json) {
        return TrivyReport.in(write(directory, "a.json", json.replace('\'', '"')));
    }

    private TrivyReport finding(String kind, String finding) {
        return in("{'SchemaVersion': 2, 'Results': [{'Target': 't', '" + kind + "': [" + finding + "]}]}");
    }

    @Test
    void namesVulnerabilitiesTheWorstFirst() {
        assertThat(closed(vulnerabilities))
                .isEqualTo("1 CRITICAL: CVE-2000-0004 in curl 7.88.1-10+deb12u5 in root (debian 12.5);"
                        + " 1 HIGH: CVE-2000-0001 in lodash 4.17.4 (fixed in 4.17.11) in Node.js"
                        + " (Trivy on root; 3 below HIGH)");
        assertThat(closed(vulnerabilities.noneAtOrAbove(Severity.UNKNOWN))).contains("1 UNKNOWN: CVE-2000-0005");
    }

    @Test
    void namesSecretsAndConfigurationAndNeverWhatWasFound() {
        assertThat(closed(others))
                .isEqualTo("2 CRITICAL: secret aws-access-key-id line 1 in deploy.env, secret github-pat line 2 in"
                        + " deploy.env; 1 HIGH: DS-0002 in Dockerfile (Trivy on app; 3 below HIGH)");
        assertThat(closed(finding(
                        "Secrets",
                        "{'RuleID': 'r', 'Severity': 'HIGH', 'Match': 'hunter2', 'Title': 'hunter2',"
                                + " 'Code': {'Lines': [{'Content': 'hunter2'}]}}")))
                .isEqualTo("1 HIGH: secret r in t (Trivy on ?)");
        assertThat(closed(in("{'SchemaVersion': 2, 'Results': [{'Secrets': [{'Match': 'hunter2', hunter2")))
                .doesNotContain("hunter2");
    }

    @Test
    void opensWhereEverythingIsGood() {
        assertThat(open(TrivyReport.in(real("trivy/clean.json"))))
                .isEqualTo("no finding at or above HIGH (Trivy on none)");
        assertThat(open(finding("Misconfigurations", "{'ID': 'a', 'Severity': 'HIGH', 'Status': 'PASS'}")))
                .contains("1 passed");
    }

    @Test
    void whatHasNoFixCanBeIgnored() {
        assertThat(closed(vulnerabilities.ignoreUnfixed()))
                .startsWith("1 HIGH: CVE-2000-0001")
                .contains("3 without a fix");
        assertThat(closed(finding("Vulnerabilities", "{'VulnerabilityID': 'C', 'Severity': 'HIGH', 'Status': 'fixed'}")
                        .ignoreUnfixed()))
                .as("said to be fixed")
                .startsWith("1 HIGH: C");
        assertThat(open(finding(
                                "Vulnerabilities",
                                "{'VulnerabilityID': 'C', 'Severity': 'HIGH', 'Status': 'will_not_fix'}")
                        .ignoringStatuses("will_not_fix")))
                .contains("1 will not fix");
        assertThat(closed(finding("Secrets", "{'RuleID': 'C', 'Severity': 'HIGH'}")
                        .ignoreUnfixed()))
                .as("a secret has no fix")
                .startsWith("1 HIGH");
    }

    @Test
    void identifiersCanBeIgnoredForGoodOrForAWhile() {
        assertThat(open(vulnerabilities.ignoring("CVE-2000-0001").ignoring("CVE-2000-0004")))
                .contains("2 ignored");
        assertThat(open(others.ignoring("DS-0002", "aws-access-key-id", "github-pat")))
                .contains("3 ignored");
        Instant end = Instant.parse("2026-12-01T00:00:00Z");
        TrivyReport until = vulnerabilities.ignoring("CVE-2000-0001").ignoringUntil(end, "CVE-2000-0004");
        assertThat(ask(until, end.minusNanos(1)).state()).isEqualTo(State.OPEN);
        assertThat(ask(until, end).state()).isEqualTo(State.CLOSED);
        assertThat(open(finding(
                                "Misconfigurations",
                                "{'AVDID': 'AVD-1', 'ID': 'a', 'Severity': 'HIGH', 'Status': 'FAIL'}")
                        .ignoring("AVD-1")))
                .contains("1 ignored");
    }

    @Test
    void whatTrivySuppressedIsReported() {
        assertThat(closed(TrivyReport.in(real("trivy/suppressed.json"))))
                .startsWith("1 HIGH: CVE-2000-0001")
                .contains("1 suppressed by Trivy");
    }

    @Test
    void nothingScannedIsNotAPassUnlessAskedFor() {
        TrivyReport gate = TrivyReport.in(real("trivy/nothing-scanned.json"));
        assertThat(closed(gate)).contains("Trivy found nothing that it could scan");
        assertThat(open(gate.nothingScannedPasses())).startsWith("no finding");
        assertThat(closed(in("{'SchemaVersion': 2, 'Results': []}"))).contains("nothing that it could scan");
        assertThat(closed(in("{'SchemaVersion': 2, 'Results': null}"))).contains("nothing that it could scan");
    }

    @Test
    void aSystemAtTheEndOfItsLifeIsNotAPassUnlessAskedFor() {
        TrivyReport gate = TrivyReport.in(real("trivy/end-of-life.json"));
        assertThat(closed(gate)).contains("gets no security updates any more");
        assertThat(open(gate.endOfLifePasses())).startsWith("no finding");
    }

    @Test
    void aSeverityThatMakesNoSenseClosesIt() {
        for (String severity : new String[] {"", ", 'Severity': null", ", 'Severity': 'Blocker'", ", 'Severity': 9"}) {
            assertThat(closed(finding("Vulnerabilities", "{'VulnerabilityID': 'C'" + severity + "}")
                            .noneAtOrAbove(Severity.CRITICAL)))
                    .startsWith("1 of a severity that is none: C in t");
        }
    }

    @Test
    void licencesCount() {
        assertThat(closed(finding("Licenses", "{'Name': 'AGPL-3.0', 'PkgName': 'p', 'Severity': 'CRITICAL'}")))
                .isEqualTo("1 CRITICAL: licence AGPL-3.0 in p in t (Trivy on ?)");
    }

    @Test
    void theReportOfAClusterIsReadToo() {
        String cluster = "{'ClusterName': 'c', 'Resources': [{'Kind': 'Pod', 'Metadata': [{'OS': {'Family': 'x'%s}}],"
                + " 'Results': [{'Target': 't', 'Vulnerabilities': [{'VulnerabilityID': 'C', 'Severity': '%s'}]}]%s}]}";
        assertThat(closed(in(cluster.formatted("", "HIGH", "")))).isEqualTo("1 HIGH: C in t (Trivy on c)");
        assertThat(open(in(cluster.formatted("", "LOW", "")))).contains("1 below HIGH");
        assertThat(closed(in(cluster.formatted(", 'EOSL': true", "LOW", "")))).contains("security updates");
        assertThat(closed(in(cluster.formatted("", "LOW", ", 'Error': 'no pull secret'"))))
                .contains("could not scan one");
    }

    @Test
    void manyFindingsAreCountedAndFewNamed() {
        String one = "{'VulnerabilityID': 'C', 'Severity': 'HIGH'}";
        String reason = closed(finding("Vulnerabilities", one + ("," + one).repeat(9_999)));
        assertThat(reason)
                .startsWith("10000 HIGH: C in t, C in t")
                .contains(" and 9995 more")
                .hasSizeLessThan(200);
    }

    @Test
    void whatIsNoReportOfTrivyIsRefused() {
        assertThat(closed(TrivyReport.in(real("bandit/clean.sarif")))).contains("it is no report of Trivy");
        assertThat(closed(in("{}"))).contains("it is no report of Trivy");
        assertThat(closed(in("{'Results': [{'Target': 't'}]}"))).contains("it is no report of Trivy");
        assertThat(closed(in("[{'Target': 't', 'Vulnerabilities': null}]"))).contains("it is no JSON object");
        assertThat(closed(in("{'SchemaVersion': 3, 'Results': [{}]}"))).contains("SchemaVersion is not 2");
        assertThat(closed(finding("Vulnerabilities", "'C'"))).contains("a finding is no object");
    }
}
