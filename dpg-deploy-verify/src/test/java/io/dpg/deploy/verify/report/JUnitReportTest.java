package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.ask;
import static io.dpg.deploy.verify.report.Reports.closed;
import static io.dpg.deploy.verify.report.Reports.open;
import static io.dpg.deploy.verify.report.Reports.real;
import static io.dpg.deploy.verify.report.Reports.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.GateDecision.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JUnitReportTest {

    private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");

    @TempDir
    Path directory;

    private JUnitReport in(String xml) {
        return JUnitReport.in(write(directory, "TEST-a.xml", xml));
    }

    @Test
    void opensOnWhatPassedInEveryTool() {
        assertThat(open(JUnitReport.in(real("surefire/TEST-shop.PriceTest.xml"))))
                .isEqualTo("2 tests passed (1 file, 1 skipped)");
        assertThat(open(JUnitReport.in(real("pytest/ok.xml")))).isEqualTo("2 tests passed (1 file, 2 skipped)");
        assertThat(open(JUnitReport.in(real("gotestsum/ok.xml")))).isEqualTo("5 tests passed (1 file, 1 skipped)");
        assertThat(open(JUnitReport.in(real("node/ok.xml")))).isEqualTo("3 tests passed (1 file, 2 skipped)");
        assertThat(open(JUnitReport.in(real("jest-junit/ok.xml"))))
                .startsWith("3 tests passed (1 file, 1 skipped; ")
                .contains("ok.xml says 3 tests where there are 4");
    }

    @Test
    void closesOnWhatFailedInEveryToolAndNamesIt() {
        assertThat(closed(JUnitReport.in(real("pytest/failed.xml"))))
                .startsWith("4 of 6 tests failed: test_broken#test_wrong_price (failed),"
                        + " test_broken#test_teardown (error), test_broken#test_wrong_and_teardown (failed),"
                        + " test_broken#test_wrong_and_teardown (error) (1 file, 2 skipped");
        assertThat(closed(JUnitReport.in(real("gotestsum/failed.xml"))))
                .startsWith("1 of 5 tests failed: example.org/shop/shop#TestWrong (failed)");
        assertThat(closed(JUnitReport.in(real("go-junit-report/failed.xml"))))
                .startsWith("1 of 5 tests failed: example.org/shop/shop#TestWrong (failed)");
        assertThat(closed(JUnitReport.in(real("jest-junit/failed.xml"))))
                .startsWith("1 of 3 tests failed: price of many#price of many (failed)");
        assertThat(closed(JUnitReport.in(real("node/failed.xml"))))
                .as("Node lets the test that is yet to be done fail")
                .startsWith("1 of 3 tests failed: test#of many (failed) (1 file, 2 skipped");
    }

    @Test
    void countsCasesBecauseSurefireWritesZeroFailuresAboveFailuresThatItRanAgain() {
        assertThat(Reports.text("surefire/TEST-shop.WrongTest.xml")).contains("tests=\"0\" errors=\"0\"");
        assertThat(closed(JUnitReport.in(real("surefire/TEST-shop.WrongTest.xml"))))
                .isEqualTo("3 of 3 tests failed: shop.WrongTest#errs (error), shop.WrongTest#wrong (failed),"
                        + " shop.WrongTest$NeverStarted (error)"
                        + " (1 file; TEST-shop.WrongTest.xml says 0 tests where there are 3)");
    }

    @Test
    void aTestThatPassedWhenSurefireRanItAgainIsFlaky() {
        JUnitReport gate = JUnitReport.in(real("surefire/TEST-shop.FlakyTest.xml"));
        assertThat(open(gate)).isEqualTo("2 tests passed (1 file, 2 flaky)");
        assertThat(open(gate.maxFlaky(2))).isNotEmpty();
        assertThat(closed(gate.maxFlaky(1))).startsWith("2 tests flaky, but at most 1 may be");
    }

    @Test
    void aTestThatGotestsumRanAgainIsFlakyWhereAskedFor() {
        JUnitReport gate = JUnitReport.in(real("gotestsum/rerun.xml"));
        assertThat(closed(gate)).startsWith("1 of 6 tests failed: example.org/shop/shop#TestFlaky (failed)");
        assertThat(open(gate.passingWhenRunAgain())).isEqualTo("5 tests passed (1 file, 1 skipped, 1 flaky)");
        assertThat(closed(in("<testsuite><testcase name='a'/><testcase name='a'><failure/></testcase></testsuite>")
                        .passingWhenRunAgain()))
                .as("the last run counts")
                .contains("a (failed)");
    }

    @Test
    void whatDidNotEvenStartFails() {
        assertThat(closed(JUnitReport.in(real("gotestsum/nobuild.xml")))).contains("TestMain (failed)");
        assertThat(closed(JUnitReport.in(real("pytest/collect.xml")))).contains("e.test_import (error)");
        assertThat(closed(JUnitReport.in(real("jest-junit/broken-told.xml"))))
                .contains("Test suite failed to run#bad/broken.test.js (error)");
        assertThat(
                        closed(
                                in(
                                        "<testsuite name='s' tests='1'><error message='no container'/><testcase name='a'/></testsuite>")))
                .contains("suite s (error)");
    }

    @Test
    void noTestIsNotAPass() {
        assertThat(closed(JUnitReport.in(real("pytest/empty.xml")))).startsWith("no test ran of at least 1");
        assertThat(closed(in("<testsuites/>"))).startsWith("no test ran");
        assertThat(closed(in("<testsuite tests='99'/>"))).startsWith("no test ran");
        assertThat(closed(in("<testsuite><testcase name='a'><skipped/></testcase></testsuite>")))
                .as("all skipped")
                .startsWith("no test ran");
        assertThatThrownBy(() -> JUnitReport.in(directory).atLeast(0)).hasMessageContaining("no data is never a pass");
    }

    @Test
    void wantsAsManyTestsAsItIsTold() {
        JUnitReport gate = JUnitReport.in(real("surefire/TEST-shop.PriceTest.xml"));
        assertThat(open(gate.atLeast(2))).isNotEmpty();
        assertThat(closed(gate.atLeast(3))).startsWith("only 2 tests ran of at least 3");
        assertThat(closed(gate.maxSkipped(0))).startsWith("1 test skipped, but at most 0 may be");
        assertThat(open(gate.maxSkipped(1))).isNotEmpty();
    }

    @Test
    void readsAllOfADirectoryAndAddsUp() {
        assertThat(closed(JUnitReport.in(real("surefire"))))
                .startsWith("3 of 7 tests failed")
                .contains("3 files, 1 skipped, 2 flaky");
        assertThat(open(JUnitReport.in(real("surefire")).matching("TEST-*.{Price,Flaky}Test.xml")))
                .startsWith("4 tests passed (2 files");
        assertThat(open(JUnitReport.in(real("surefire").getParent(), "**/surefire/TEST-*PriceTest.xml")))
                .startsWith("2 tests");
    }

    @Test
    void prefersSurefiresNamesInADirectory() {
        write(directory, "testng-results.xml", "<testng-results/>");
        assertThat(closed(JUnitReport.in(directory))).contains("its root is <testng-results>");
        write(directory, "TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
        assertThat(open(JUnitReport.in(directory))).startsWith("1 test passed");
    }

    @Test
    void whatMayFailIsNamedByClassOrTestOrBoth() {
        JUnitReport gate = JUnitReport.in(real("surefire/TEST-shop.WrongTest.xml"));
        assertThat(closed(gate.allowingFailuresOf("shop.WrongTest#wrong", "errs")))
                .startsWith("1 of 3 tests failed: shop.WrongTest$NeverStarted (error) (1 file, 2 allowed to fail");
        assertThat(open(gate.allowingFailuresOf("shop.WrongTest").allowingFailuresOf("shop.WrongTest$NeverStarted")))
                .startsWith("0 tests passed (1 file, 3 allowed to fail");
    }

    @Test
    void failuresThatAreOnlyCountedCloseIt() {
        assertThat(closed(in(
                        "<testsuites failures='1'><testsuite name='s'><testcase name='a'/></testsuite></testsuites>")))
                .contains("says 1 failure, but lists 0");
        assertThat(closed(in("<testsuite name='s' errors='2' failures='1'><testcase name='a'/></testsuite>")))
                .contains("s (says 3 failures, but lists 0)");
        assertThat(closed(in("<testsuite><testcase name='a' status='failed'/></testsuite>")))
                .contains("a (failed)");
        assertThat(closed(in("<testsuite><testcase name='a'><skipped/><failure/></testcase></testsuite>")))
                .contains("a (failed)");
    }

    @Test
    void rerunsAreNotPassesAndFlakesThatAreCountedAreNotFailures() {
        assertThat(closed(in("<testsuite><testcase name='a'><rerunFailure/></testcase></testsuite>")))
                .contains("a (failed)");
        assertThat(open(in("<testsuite failures='1'><testcase name='a'><flakyFailure/></testcase></testsuite>")))
                .isEqualTo("1 test passed (1 file, 1 flaky)");
        assertThat(closed(
                        in("<testsuite><testcase name='a'><failure/></testcase><testcase name='a'><failure/></testcase>"
                                        + "</testsuite>")
                                .passingWhenRunAgain()))
                .startsWith("1 of 1 test failed");
    }

    @Test
    void whatGoogleTestAndCtestDidNotRunIsSkipped() {
        assertThat(open(in("<testsuite><testcase name='a' status='run' result='completed'/>"
                        + "<testcase name='b' status='notrun' result='suppressed'/></testsuite>")))
                .isEqualTo("1 test passed (1 file, 1 skipped)");
    }

    @Test
    void aReportOfYesterdayDoesNotOpenIt() throws IOException {
        Path file = write(directory, "TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
        JUnitReport gate = JUnitReport.in(directory).notOlderThan(Duration.ofHours(1));
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofMinutes(59))));
        assertThat(ask(gate, NOW).state()).isEqualTo(State.OPEN);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(1))));
        assertThat(ask(gate, NOW).state()).isEqualTo(State.CLOSED);
        assertThat(ask(gate, NOW).reason())
                .contains("1 report should be at most 1 h old")
                .contains("TEST-a.xml");
        assertThat(ask(JUnitReport.in(directory), NOW).state()).isEqualTo(State.OPEN);
        Files.setLastModifiedTime(file, FileTime.from(NOW.plus(Duration.ofDays(1))));
        assertThat(ask(gate, NOW).reason()).contains("is in the future");
    }

    @Test
    void everyUnreadableFileIsNamedAndFailuresAreToldBesides() {
        write(directory, "TEST-1.xml", "<testsuite><testcase name='bad'><error/></testcase></testsuite>");
        write(directory, "TEST-2.xml", "<testsuite><testcase");
        write(directory, "TEST-3.xml", "");
        assertThat(closed(JUnitReport.in(directory)))
                .contains("TEST-2.xml, but it is no well-formed XML at line 1")
                .contains("is it cut off?")
                .contains("TEST-3.xml, but it is empty")
                .contains("Failed besides: bad (error)");
    }

    @Test
    void namesCannotSteerATerminalNorFloodALog() {
        String reason = closed(in("<testsuite><testcase name='a&#10;b\u202e" + "x".repeat(5_000)
                + "'><failure message='hunter2'/></testcase></testsuite>"));
        assertThat(reason)
                .contains("a?b?xxx")
                .doesNotContain("\n", "\u202e", "hunter2")
                .hasSizeLessThan(400);
    }

    @Test
    void hasANameOfItsOwn() {
        assertThat(JUnitReport.in(Path.of("target/surefire-reports")).name())
                .isEqualTo("tests target/surefire-reports");
        assertThat(JUnitReport.in(Path.of("a"), Path.of("b")).toString()).isEqualTo("tests a and 1 more");
        assertThat(JUnitReport.in(Path.of("a")).named("unit tests").name()).isEqualTo("unit tests");
        assertThatThrownBy(() -> JUnitReport.in(Path.of("a")).named(" ")).hasMessageContaining("must not be blank");
        assertThatThrownBy(JUnitReport::in).hasMessageContaining("at least one file");
    }
}
