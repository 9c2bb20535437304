package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files were written by Locust itself, against a server that fails 3 % of requests. */
class LocustCsvTest {

    @TempDir
    Path folder;

    static Path real(String name) {
        return Path.of("src/test/resources/locust", name);
    }

    @Test
    void readsAllRequestsTogetherOfLocust2() {
        Performance performance =
                LocustCsv.read(real("locust-2.47.0_stats.csv")).measured();
        assertThat(performance.requests()).isEqualTo(832);
        assertThat(performance.errorRate()).isEqualTo(24.0 / 832);
        assertThat(performance.throughput()).isCloseTo(166.36132795935623 * 808 / 832, within(1e-9));
        assertThat(performance.p50()).isEqualTo(Duration.ofMillis(5));
        assertThat(performance.p95()).isEqualTo(Duration.ofMillis(19));
        assertThat(performance.p99()).isEqualTo(Duration.ofMillis(1000));
    }

    @Test
    void readsLocust1() {
        Performance performance = LocustCsv.read(real("locust-1.4.4_stats.csv")).measured();
        assertThat(performance.requests()).isEqualTo(856);
        assertThat(performance.p99()).isEqualTo(Duration.ofMillis(23));
    }

    @Test
    void readsOneRequestByItsName() {
        LocustCsv report = LocustCsv.read(real("locust-2.47.0_stats.csv"));
        assertThat(report.request("/search").measured().requests()).isEqualTo(409);
        assertThat(report.request("say \"hi\", twice").measured().requests()).isEqualTo(149);
        assertThat(report.request("POST", "/orders").measured().requests()).isEqualTo(138);
        assertThat(report.request("GET", "/orders").measured().requests()).isEqualTo(136);
    }

    @Test
    void findsColumnsByName() throws IOException {
        Path file = folder.resolve("other_stats.csv");
        Files.writeString(
                file,
                "\uFEFF99%,Name,New one,Type,95%,50%,Failure Count,Requests/s,Request Count\r\n"
                        + "30,Aggregated,x,,20,10,0,2.5e1,100\r\n");
        assertThat(LocustCsv.read(file).measured())
                .isEqualTo(new Performance(
                        Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(30), 0, 25, 100));
    }

    @Test
    void aNameThatTwoRowsHaveNeedsAType() {
        refused(LocustCsv.read(real("locust-2.47.0_stats.csv")).request("/orders"), "it has 2 rows '/orders'");
    }

    @Test
    void aNameThatNoRowHasIsAnError() {
        refused(LocustCsv.read(real("locust-2.47.0_stats.csv")).request("GET", "/nothing"), "no row 'GET /nothing'");
    }

    @Test
    void aRunInWhichNothingWasAskedIsNoData() {
        refused(LocustCsv.read(real("locust-2.47.0-nothing-asked_stats.csv")), "about no request at all");
    }

    @Test
    void aRunInWhichAllWasRefusedIsARunOfFailures() {
        Performance performance =
                LocustCsv.read(real("locust-2.47.0-refused_stats.csv")).measured();
        assertThat(performance.errorRate()).isEqualTo(1);
        assertThat(performance.throughput()).isZero();
    }

    @Test
    void theOtherFilesOfLocustAreToldApart() {
        refused(LocustCsv.read(real("locust-2.47.0_stats_history.csv")), "it is the history");
        refused(LocustCsv.read(real("locust-2.47.0_failures.csv")), "it has no columns [Type, Request Count");
    }

    @Test
    void whatIsMissingEmptyOrCutOffIsAnError() throws IOException {
        refused(LocustCsv.read(folder.resolve("none.csv")), "there is no such file");
        Path file = folder.resolve("cut_stats.csv");
        Files.writeString(file, "");
        refused(LocustCsv.read(file), "it is empty");
        String whole = Files.readString(real("locust-2.47.0_stats.csv"));
        Files.writeString(file, whole.substring(0, whole.length() - 60));
        refused(LocustCsv.read(file), "a row has");
        Files.writeString(file, whole.substring(0, whole.indexOf("twice")));
        refused(LocustCsv.read(file), "a quote is not closed");
        Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});
        refused(LocustCsv.read(file), "it is not UTF-8");
        Files.write(file, new byte[9 * 1024 * 1024]);
        refused(LocustCsv.read(file), "it is larger than 8 MiB");
    }

    @Test
    void aReportOfLastWeekIsRefusedWhereAskedTo() throws IOException {
        Path file = Files.copy(real("locust-2.47.0_stats.csv"), folder.resolve("old_stats.csv"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(7))));
        assertThat(LocustCsv.read(file).measured().requests()).isEqualTo(832);
        refused(LocustCsv.read(file).notOlderThan(Duration.ofDays(1)), "it is older than");
        assertThat(LocustCsv.read(file)
                        .notOlderThan(Duration.ofDays(8))
                        .measured()
                        .requests())
                .isEqualTo(832);
    }

    private static void refused(LocustCsv report, String reason) {
        assertThatThrownBy(report::measured)
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith("Tried to read Locust's report ")
                .hasMessageContaining(reason);
    }
}
