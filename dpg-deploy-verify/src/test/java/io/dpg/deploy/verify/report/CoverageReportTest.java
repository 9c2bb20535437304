package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.closed;
import static io.dpg.deploy.verify.report.Reports.open;
import static io.dpg.deploy.verify.report.Reports.real;
import static io.dpg.deploy.verify.report.Reports.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.verify.report.CoverageReport.Counter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageReportTest {

    @TempDir
    Path directory;

    private CoverageReport jacoco(String xml) {
        return CoverageReport.jacoco(write(directory, "jacoco.xml", xml));
    }

    private CoverageReport cobertura(String xml) {
        return CoverageReport.cobertura(write(directory, "coverage.xml", xml));
    }

    private static String lines(int number, int... hits) {
        StringBuilder lines = new StringBuilder("<lines>");
        for (int i = 0; i < hits.length; i++) {
            lines.append("<line number='")
                    .append(number + i)
                    .append("' hits='")
                    .append(hits[i])
                    .append("'/>");
        }
        return lines.append("</lines>").toString();
    }

    @Test
    void readsWhatJacocoWroteWithoutItsDocumentType() {
        CoverageReport gate = CoverageReport.jacoco(real("jacoco/jacoco.xml"));
        assertThat(Reports.text("jacoco/jacoco.xml")).contains("\"report.dtd\"");
        assertThat(closed(gate)).isEqualTo("line coverage is 50.00 % (3 of 6), below 80 % (1 file)");
        assertThat(open(gate.atLeast(0.5))).isEqualTo("line coverage is 50.00 % (3 of 6), at least 50 % (1 file)");
        assertThat(open(gate.counter(Counter.BRANCH).atLeast(0.75))).startsWith("branch coverage is 75.00 % (3 of 4)");
        assertThat(open(gate.counter(Counter.INSTRUCTION).atLeast(0.6)))
                .startsWith("instruction coverage is 61.53 % (16 of 26)");
    }

    @Test
    void readsCoberturaOfEveryTool() {
        assertThat(closed(CoverageReport.cobertura(real("coverage-py/coverage.xml"))))
                .isEqualTo("line coverage is 77.77 % (7 of 9), below 80 % (1 file)");
        assertThat(open(CoverageReport.cobertura(real("coverage-py/coverage.xml"))
                        .counter(Counter.BRANCH)
                        .atLeast(0.75)))
                .startsWith("branch coverage is 75.00 % (3 of 4)");
        assertThat(closed(CoverageReport.cobertura(real("gocover-cobertura/coverage.xml"))))
                .isEqualTo("line coverage is 50.00 % (6 of 12), below 80 % (1 file)");
        assertThat(open(CoverageReport.cobertura(real("jest-cobertura/coverage.xml"))))
                .isEqualTo("line coverage is 100.00 % (3 of 3), at least 80 % (1 file)");
    }

    @Test
    void severalReportsAreAddedUp() {
        assertThat(closed(CoverageReport.cobertura(
                        real("coverage-py/coverage.xml"),
                        real("gocover-cobertura/coverage.xml"),
                        real("jest-cobertura/coverage.xml"))))
                .isEqualTo("line coverage is 66.66 % (16 of 24), below 80 % (3 files)");
        Path twice = write(directory, "b.xml", Reports.text("jacoco/jacoco.xml"));
        assertThat(closed(CoverageReport.jacoco(real("jacoco"), twice)))
                .contains("(6 of 12)")
                .contains("(2 files)");
        assertThat(closed(CoverageReport.jacoco(twice, twice)))
                .as("the same file")
                .contains("(3 of 6)");
    }

    @Test
    void whatIsBelowIsNeverRoundedUp() {
        CoverageReport gate =
                cobertura("<coverage><class filename='a'>" + lines(1, new int[1]) + "</class></coverage>");
        assertThat(closed(gate)).contains("0.00 %");
        CoverageReport almost =
                jacoco("<report><package><counter type='LINE' missed='20001' covered='79999'/></package>"
                        + "<counter type='LINE' missed='20001' covered='79999'/></report>");
        assertThat(closed(almost)).startsWith("line coverage is 79.99 % (79999 of 100000), below 80 %");
        CoverageReport exactly = jacoco("<report><package><counter type='LINE' missed='93' covered='7'/></package>"
                + "<counter type='LINE' missed='93' covered='7'/></report>");
        assertThat(open(exactly.atLeast(0.07)))
                .as("0.07 * 100 is more than 7 in floating point")
                .isNotEmpty();
    }

    @Test
    void nothingToCoverIsNotAPass() {
        assertThat(closed(jacoco("<report name='empty'/>"))).contains("nothing of the kind line");
        assertThat(closed(cobertura("<coverage line-rate='1' lines-valid='0' lines-covered='0'/>")
                        .atLeast(0)))
                .contains("nothing of the kind line");
        assertThat(closed(cobertura("<coverage line-rate='1.0' branch-rate='1.0'/>")))
                .contains("no data is never a pass");
        assertThat(closed(CoverageReport.cobertura(real("gocover-cobertura/coverage.xml"))
                        .counter(Counter.BRANCH)))
                .as("gocover-cobertura knows no branches")
                .contains("nothing of the kind branch");
    }

    @Test
    void aLineOfSeveralClassesCountsOnceAndMethodsOnlyWhereTheClassListsNone() {
        assertThat(closed(cobertura("<coverage><class filename='a'><methods><method>" + lines(1, 1, 1, 0)
                        + "</method></methods>" + lines(1, 1, 1, 0) + "</class><class filename='a'>" + lines(2, 0, 0)
                        + "</class><class filename='b'><methods><method>" + lines(1, 0) + "</method></methods><lines/>"
                        + "</class></coverage>")))
                .contains("(2 of 4)");
    }

    @Test
    void whatRatesClaimIsOnlyReported() {
        assertThat(closed(cobertura("<coverage line-rate='0.9' lines-valid='10' lines-covered='9'><class filename='a'>"
                        + lines(1, 1, 0) + "</class></coverage>")))
                .contains("(1 of 2)")
                .contains("coverage.xml says 9 of 10 lines where it lists 1 of 2");
    }

    @Test
    void aJacocoReportThatDoesNotAddUpIsRefused() {
        String changed = Reports.text("jacoco/jacoco.xml")
                .replaceFirst(
                        "(?s)(.*)type=\"LINE\" missed=\"3\" covered=\"3\"",
                        "$1type=\"LINE\" missed=\"0\" covered=\"6\"");
        assertThat(changed).isNotEqualTo(Reports.text("jacoco/jacoco.xml"));
        assertThat(closed(jacoco(changed))).contains("its packages do not add up to its own LINE counter");
    }

    @Test
    void aJacocoReportThatLeavesOutWhatItMissedIsRefused() {
        assertThat(closed(jacoco("<report><package><counter type='LINE' missed='0' covered='4'/></package>"
                        + "<counter type='LINE' missed='6' covered='4'/></report>")))
                .contains("do not add up");
    }

    @Test
    void groupsOfAnAggregatedReportAreAddedUp() {
        assertThat(open(jacoco(
                        "<report><group name='a'><package><counter type='LINE' missed='1' covered='4'/></package>"
                                + "<counter type='LINE' missed='1' covered='4'/></group><group name='b'><group name='c'><package>"
                                + "<counter type='LINE' missed='0' covered='5'/></package></group></group>"
                                + "<counter type='LINE' missed='1' covered='9'/></report>")))
                .contains("(9 of 10)");
    }

    @Test
    void severalCountersCanBeAskedFor() {
        CoverageReport gate = CoverageReport.jacoco(real("jacoco/jacoco.xml"))
                .atLeast(0.5)
                .andAtLeast(Counter.BRANCH, 0.8)
                .andAtLeast(Counter.METHOD, 0.9);
        assertThat(closed(gate))
                .startsWith("branch coverage is 75.00 % (3 of 4), below 80 %; method coverage is 50.00 % (2 of 4)");
        assertThatThrownBy(() -> CoverageReport.cobertura(directory).counter(Counter.INSTRUCTION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cobertura reports count LINE and BRANCH, but got INSTRUCTION");
        for (double bad : new double[] {-0.1, 80, Double.NaN}) {
            assertThatThrownBy(() -> gate.atLeast(bad)).hasMessageContaining("80 % is 0.8");
        }
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThat(closed(jacoco("<report><package><counter type='LINE' missed='-1' covered='4'/></package></report>")))
                .contains("missed of <counter> is no count");
        assertThat(closed(jacoco("<report><package><counter type='LINE' covered='4'/></package></report>")))
                .contains("lacks covered or missed");
        assertThat(closed(jacoco("<report><package><counter type='LINE' missed='9223372036854775807' covered='4'/>"
                        + "</package></report>")))
                .contains("beyond all numbers");
        String line =
                "<coverage><class filename='a'><lines><line number='%s' hits='%s' %s/></lines></class></coverage>";
        assertThat(closed(cobertura(line.formatted("x", "1", "")))).contains("number of <line> is no count");
        assertThat(closed(cobertura(line.formatted("1", "many", "")))).contains("hits of a <line> are no number");
        assertThat(closed(cobertura(line.formatted("1", "1", "condition-coverage='50%'"))))
                .contains("is no '50% (1/2)'");
        assertThat(closed(cobertura(line.formatted("1", "1", "condition-coverage='150% (3/2)'"))))
                .contains("is no '50% (1/2)'");
        assertThat(open(cobertura(line.formatted("1", "99999999999999999999999", ""))))
                .contains("(1 of 1)");
        assertThat(closed(cobertura(line.formatted("1", "-1", "")))).contains("(0 of 1)");
    }

    @Test
    void theOtherFormatIsRefused() {
        assertThat(closed(CoverageReport.cobertura(real("jacoco/jacoco.xml"))))
                .contains("its root is <report>, so it is no Cobertura report");
        assertThat(closed(CoverageReport.jacoco(real("coverage-py/coverage.xml"))))
                .contains("its root is <coverage>, so it is no JaCoCo report");
    }
}
