package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.closed;
import static io.dpg.deploy.verify.report.Reports.open;
import static io.dpg.deploy.verify.report.Reports.real;
import static io.dpg.deploy.verify.report.Reports.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SarifReportTest {

    @TempDir
    Path directory;

    private SarifReport in(String json) {
        return SarifReport.in(write(directory, "a.sarif", json.replace('\'', '"')));
    }

    /** A run with one rule, R, and one result. */
    private SarifReport result(String rule, String result) {
        return in("{'version': '2.1.0', 'runs': [{'results': [{'ruleId': 'R'" + result
                + "}], 'tool': {'driver': {'name': 'T', 'rules': [{'id': 'R'" + rule + "}]}}}]}");
    }

    @Test
    void namesWhatEveryToolFound() {
        assertThat(closed(SarifReport.in(real("bandit/findings.sarif"))))
                .isEqualTo("1 HIGH: B602 in shop.py:14 (Bandit; 1 below HIGH)");
        assertThat(closed(SarifReport.in(real("ruff/findings.sarif"))))
                .isEqualTo("1 HIGH: F401 in file:///tmp/rep/py/shop.py:16 (ruff)");
        assertThat(closed(SarifReport.in(real("gosec/gosec.sarif"))))
                .isEqualTo("1 HIGH: G204 in shop/shop.go:22 (gosec)");
        assertThat(closed(SarifReport.in(real("eslint/findings.sarif"))))
                .isEqualTo("1 HIGH: no-unused-vars in file:///tmp/rep/node/lint/a.js:1 (ESLint; 1 below HIGH;"
                        + " 1 suppressed)");
        assertThat(closed(SarifReport.in(real("trivy-sarif/findings.sarif"))))
                .startsWith("1 CRITICAL: CVE-2000-0004 in ")
                .contains("; 1 HIGH: CVE-2000-0001 in ")
                .endsWith(" (Trivy; 3 below HIGH)");
    }

    @Test
    void opensWhereToolsLookedAndFoundNothing() {
        assertThat(open(SarifReport.in(
                        real("bandit/clean.sarif"), real("ruff/clean.sarif"), real("eslint/clean.sarif"))))
                .isEqualTo("no finding at or above HIGH (Bandit, ESLint, ruff)");
        assertThat(open(SarifReport.in(real("bandit/findings.sarif")).noneAtOrAbove(Severity.CRITICAL)))
                .isEqualTo("no finding at or above CRITICAL (Bandit; 2 below CRITICAL)");
    }

    @Test
    void oneBadReportOfSeveralClosesIt() {
        assertThat(closed(SarifReport.in(real("bandit/clean.sarif"), real("gosec/gosec.sarif"))))
                .startsWith("1 HIGH: G204");
        assertThat(closed(SarifReport.in(real("gosec/gosec.sarif"), directory.resolve("gone.sarif"))))
                .contains("gone.sarif, but there is no such file")
                .contains("Besides: 1 HIGH: G204");
    }

    @Test
    void aRunThatFailedOrDidNotLookIsNotAPass() {
        assertThat(closed(SarifReport.in(real("eslint/syntax.sarif"))))
                .as("ESLint could not parse a file; its list of results is empty")
                .contains("the run of ESLint says that it failed");
        String tool = "'tool': {'driver': {'name': 'T'}}";
        assertThat(closed(in("{'version': '2.1.0', 'runs': []}"))).contains("it holds no run of a tool");
        assertThat(closed(in("{'version': '2.1.0'}"))).contains("it holds no run of a tool");
        assertThat(closed(in("{'version': '2.1.0', 'runs': [{" + tool + "}]}"))).contains("it did not look for any");
        assertThat(closed(in("{'version': '2.1.0', 'runs': [{" + tool + ", 'results': null}]}")))
                .contains("the run of T has no list of results");
        assertThat(open(in("{'version': '2.1.0', 'runs': [{" + tool + ", 'results': []}]}")))
                .isNotEmpty();
        assertThat(closed(in("{'version': '2.1.0', 'runs': [{" + tool + ", 'results': [],"
                        + " 'externalPropertyFileReferences': {'results': [{}]}}]}")))
                .contains("keeps results apart");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                // rule | result | severity
                "- | - | MEDIUM",
                "- | , 'level': 'error' | HIGH",
                "- | , 'level': 'note' | LOW",
                ", 'defaultConfiguration': {'level': 'error'} | - | HIGH",
                ", 'defaultConfiguration': {'level': 'note'} | - | LOW",
                ", 'defaultConfiguration': {'level': 'error'} | , 'level': 'note' | LOW",
                ", 'properties': {'security-severity': '9.8'} | , 'level': 'note' | CRITICAL",
                ", 'properties': {'security-severity': 8.9} | , 'level': 'note' | HIGH",
                ", 'properties': {'security-severity': '5'} | , 'level': 'error' | MEDIUM",
                ", 'properties': {'security-severity': '0.1'} | , 'level': 'error' | LOW",
                ", 'properties': {'security-severity': '0.0'} | , 'level': 'error' | HIGH",
                ", 'properties': {'security-severity': '9.8'} | , 'properties': {'security-severity': '4.0'} | MEDIUM",
            },
            delimiter = '|')
    void ratesByScoreThenByLevelThenByTheRulesLevel(String rule, String result, Severity severity) {
        SarifReport gate = result(rule == null ? "" : rule, result == null ? "" : result);
        assertThat(closed(gate.noneAtOrAbove(severity))).startsWith("1 " + severity + ": R");
        if (severity != Severity.CRITICAL) {
            assertThat(open(gate.noneAtOrAbove(Severity.values()[severity.ordinal() + 1])))
                    .contains("1 below");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'level': 'fatal'",
                "'properties': {'security-severity': 'bad'}",
                "'properties': {'security-severity': '11'}",
                "'properties': {'security-severity': 'NaN'}"
            })
    void aSeverityThatMakesNoSenseClosesIt(String member) {
        assertThat(closed(result("", ", 'level': 'note', " + member).noneAtOrAbove(Severity.CRITICAL)))
                .startsWith("1 of a severity that is none: R");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'suppressions': [{'kind': 'inSource'}] | 1 suppressed",
                "'suppressions': [{'kind': 'external', 'status': 'accepted'}] | 1 suppressed",
                "'suppressions': [{'kind': 'external', 'status': 'underReview'}] | -",
                "'suppressions': [{'kind': 'inSource'}, {'kind': 'external', 'status': 'rejected'}] | -",
                "'suppressions': [] | -",
                "'kind': 'pass' | 1 passed or informational",
                "'kind': 'notApplicable' | 1 passed or informational",
                "'kind': 'review' | 1 open or to review",
                "'kind': 'fail' | -",
                "'kind': 'odd' | -",
                "'baselineState': 'absent' | 1 absent since the baseline",
                "'baselineState': 'unchanged' | -",
                "'baselineState': 'new' | -",
            })
    void whatDoesNotCountIsStillCounted(String member, String remark) {
        SarifReport gate = result("", ", 'level': 'error', " + member);
        if (remark.equals("-")) {
            assertThat(closed(gate)).startsWith("1 HIGH: R");
        } else {
            assertThat(open(gate)).contains(remark);
        }
    }

    @Test
    void whatIsUnchangedOrIgnoredOrToReviewIsUpToTheUser() {
        assertThat(open(result("", ", 'level': 'error', 'baselineState': 'unchanged'")
                        .onlyNew()))
                .contains("1 unchanged since the baseline");
        assertThat(closed(
                        result("", ", 'level': 'error', 'baselineState': 'new'").onlyNew()))
                .startsWith("1 HIGH");
        assertThat(open(result("", ", 'level': 'error'").ignoring("A").ignoring("R")))
                .contains("1 ignored");
        assertThat(closed(result("", ", 'kind': 'open', 'level': 'error'").withReviews()))
                .startsWith("1 HIGH");
    }

    @Test
    void findsTheRuleOfAResultHoweverItIsReferredTo() {
        String run = "{'version': '2.1.0', 'runs': [{'results': [%s], 'tool': {'driver': {'name': 'T', 'rules': [{'id':"
                + " 'A'}, {'id': 'B', 'defaultConfiguration': {'level': 'error'}}]}, 'extensions': [{'name': 'E',"
                + " 'rules': [{'id': 'X', 'properties': {'security-severity': '9.9'}}]}]}}]}";
        assertThat(closed(in(run.formatted("{'ruleIndex': 1}")))).startsWith("1 HIGH: B");
        assertThat(closed(in(run.formatted("{'rule': {'index': 1}}")))).startsWith("1 HIGH: B");
        assertThat(closed(in(run.formatted("{'rule': {'id': 'B'}}")))).startsWith("1 HIGH: B");
        assertThat(closed(in(run.formatted("{'ruleId': 'B/1/a'}")))).startsWith("1 HIGH: B/1/a");
        assertThat(closed(in(run.formatted("{'ruleId': 'B', 'ruleIndex': 0}"))))
                .as("the id wins")
                .startsWith("1 HIGH: B");
        assertThat(closed(in(run.formatted("{'rule': {'index': 0, 'toolComponent': {'index': 0}}}"))))
                .startsWith("1 CRITICAL: X");
        assertThat(closed(in(run.formatted("{'ruleId': 'X'}")))).startsWith("1 CRITICAL: X");
        assertThat(open(in(run.formatted("{'ruleId': 'unknown', 'ruleIndex': 77}"))))
                .contains("1 below HIGH");
    }

    @Test
    void aRunMayRaiseTheLevelOfARule() {
        String run = "{'version': '2.1.0', 'runs': [{'invocations': [{'executionSuccessful': true,"
                + " 'ruleConfigurationOverrides': [{'descriptor': {'id': 'R'}, 'configuration': {'level': '%s'}}]}],"
                + " 'results': [{'ruleId': 'R'}], 'tool': {'driver': {'name': 'T', 'rules': [{'id': 'R'}]}}}]}";
        assertThat(closed(in(run.formatted("error")))).startsWith("1 HIGH: R");
        assertThat(closed(in(run.formatted("note")).noneAtOrAbove(Severity.MEDIUM)))
                .startsWith("1 MEDIUM: R");
    }

    @Test
    void manyFindingsAreCountedAndFewNamed() {
        StringBuilder results = new StringBuilder();
        for (int i = 0; i < 12_000; i++) {
            results.append(i == 0 ? "" : ",")
                    .append("{'ruleId': 'R")
                    .append(i % 7)
                    .append("', 'level': 'error'}");
        }
        String reason = closed(in(
                "{'version': '2.1.0', 'runs': [{'tool': {'driver': {'name': 'T'}}, 'results': [" + results + "]}]}"));
        assertThat(reason)
                .startsWith("12000 HIGH: R0 (1715 times), R1 (1715 times)")
                .contains(" more")
                .hasSizeLessThan(200);
    }

    @Test
    void messagesAndSnippetsAreNeverRepeated() {
        assertThat(
                        closed(
                                result(
                                        "",
                                        ", 'level': 'error', 'message': {'text': 'hunter2'}, 'locations': [{'physicalLocation':"
                                                + " {'region': {'startLine': 3, 'snippet': {'text': 'hunter2'}}, 'artifactLocation': {'uri': 'a'}}}]")))
                .isEqualTo("1 HIGH: R in a:3 (T)");
        assertThat(closed(in("{'version': '2.1.0', 'runs': hunter2}"))).doesNotContain("hunter2");
    }

    @Test
    void whatIsNoSarifIsRefused() {
        assertThat(closed(SarifReport.in(real("trivy/clean.json")))).contains("it is no SARIF");
        assertThat(closed(SarifReport.in(real("pytest/ok.xml")))).contains("it is no well-formed JSON at line 1");
        assertThat(closed(in("{'version': '1.0.0', 'runs': [{'results': []}]}")))
                .contains("not 2.1.0");
        assertThat(closed(in("[]"))).contains("it is no JSON object");
        assertThat(closed(in("{'version': '2.1.0', 'runs': {}}"))).contains("runs is no list");
        assertThat(closed(in("{'version': '2.1.0', 'runs': [7]}"))).contains("a run is no object");
        assertThat(closed(SarifReport.in(directory.resolve("none")))).contains("there is no such file");
        assertThat(closed(SarifReport.in(real("bandit")).matching("*.nothing")))
                .contains("nothing in it matches *.nothing");
        String twice = Reports.text("bandit/clean.sarif");
        assertThat(closed(SarifReport.in(write(directory, "b.sarif", twice + twice))))
                .contains("something follows the end");
    }
}
