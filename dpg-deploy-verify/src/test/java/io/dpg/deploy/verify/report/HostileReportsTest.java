package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.ask;
import static io.dpg.deploy.verify.report.Reports.closed;
import static io.dpg.deploy.verify.report.Reports.open;
import static io.dpg.deploy.verify.report.Reports.real;
import static io.dpg.deploy.verify.report.Reports.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.verify.testing.Mutator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate decides whatever it is given, within bounded time and memory, and fetches nothing. */
@Timeout(120)
class HostileReportsTest {

    /** Every gate, to be shown every file. */
    private static final List<Function<Path, Gate>> GATES = List.of(
            JUnitReport::in,
            file -> JUnitReport.in(file).passingWhenRunAgain(),
            file -> CoverageReport.jacoco(file).atLeast(0),
            file -> CoverageReport.cobertura(file).atLeast(0),
            SarifReport::in,
            TrivyReport::in);

    @TempDir
    Path directory;

    static Stream<Path> realFiles() {
        return Stream.of(".xml", ".sarif", ".json").flatMap(ending -> Reports.all(ending).stream());
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // DPG_FUZZ may ask for many
    void whateverASpoiltReportHoldsEveryGateDecides() {
        List<Path> files = realFiles().toList();
        assertThat(files).hasSizeGreaterThan(30);
        int tries = Mutator.tries(4_000);
        int opened = 0;
        for (int i = 0; i < tries; i++) {
            Path original = files.get(i % files.size());
            byte[] spoilt = new Mutator(i).mutate(bytes(original));
            Path file = write(directory, "spoilt", spoilt);
            for (Function<Path, Gate> gate : fitting(original, i)) {
                GateDecision decision;
                try {
                    decision = ask(gate.apply(file));
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + i + " of " + original, e);
                }
                assertThat(decision.state()).isNotEqualTo(GateDecision.State.WAITING);
                assertThat(decision.reason())
                        .as("seed %d of %s", i, original)
                        .isNotBlank()
                        .hasSizeLessThan(5_000);
                assertThat(decision.reason().chars().noneMatch(Character::isISOControl))
                        .isTrue();
                opened += decision.state() == GateDecision.State.OPEN ? 1 : 0;
            }
        }
        assertThat(opened)
                .as("some survive being spoilt, or nothing was tested")
                .isPositive();
    }

    /** The gates that read this format; now and then all of them. */
    private static List<Function<Path, Gate>> fitting(Path original, int i) {
        String name = original.toString();
        if (i % 20 == 0) {
            return GATES;
        }
        if (name.endsWith(".sarif")) {
            return GATES.subList(4, 5);
        }
        if (name.endsWith(".json")) {
            return GATES.subList(5, 6);
        }
        return name.contains("jacoco")
                ? GATES.subList(2, 3)
                : name.contains("co") ? GATES.subList(3, 4) : GATES.subList(0, 2);
    }

    @ParameterizedTest
    @MethodSource("realFiles")
    void aReportThatIsCutOffAnywhereOpensNothing(Path original) {
        byte[] whole = bytes(original);
        int end = new String(whole, StandardCharsets.UTF_8).stripTrailing().getBytes(StandardCharsets.UTF_8).length;
        for (int length = 0; length < end; length += 1 + length / 10) {
            Path file = write(directory, "cut", java.util.Arrays.copyOf(whole, length));
            for (Function<Path, Gate> gate : GATES) {
                assertThat(closed(gate.apply(file))).contains("tried to read");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("realFiles")
    void onlyOneKindOfGateOpensOnAFile(Path file) {
        long kinds = Stream.of(
                        JUnitReport.in(file),
                        CoverageReport.jacoco(file).atLeast(0),
                        CoverageReport.cobertura(file).atLeast(0),
                        SarifReport.in(file),
                        TrivyReport.in(file))
                .filter(gate -> ask(gate).state() == GateDecision.State.OPEN)
                .count();
        assertThat(kinds).isLessThanOrEqualTo(1);
    }

    @Test
    void nothingIsFetchedNorReadForADocumentType() throws IOException {
        Path secret = write(directory, "secret", "hunter2");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/a.dtd";
            String[] types = {
                "<!DOCTYPE testsuite SYSTEM '" + url + "'>",
                "<!DOCTYPE testsuite PUBLIC '-//A//B' '" + url + "'>",
                "<!DOCTYPE testsuite [<!ENTITY % p SYSTEM '" + url + "'> %p;]>",
                "<!DOCTYPE testsuite [<!ENTITY x SYSTEM '" + url + "'>]>",
                "<!DOCTYPE testsuite [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>",
                "<!DOCTYPE testsuite [<!ENTITY x 'hunter2'>]>"
            };
            for (String type : types) {
                String plain = type + "<testsuite xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='" + url
                        + "'/><testcase name='a'/></testsuite>";
                assertThat(open(JUnitReport.in(write(directory, "a.xml", plain))))
                        .startsWith("1 test passed");
                for (String used : new String[] {
                    "<testsuite><testcase name='&x;'><failure/></testcase></testsuite>",
                    "<testsuite><testcase name='a'>&x;<failure/></testcase></testsuite>"
                }) {
                    assertThat(closed(JUnitReport.in(write(directory, "a.xml", type + used))))
                            .doesNotContain("hunter2");
                }
            }
            server.setSoTimeout(200);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void entitiesOfEntitiesAreNotExpanded() {
        StringBuilder bomb = new StringBuilder("<!DOCTYPE testsuite [<!ENTITY e0 'lol'>");
        for (int i = 1; i < 30; i++) {
            bomb.append("<!ENTITY e")
                    .append(i)
                    .append(" '")
                    .append(("&e" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        bomb.append("]><testsuite><testcase name='a'>&e29;</testcase></testsuite>");
        assertThat(closed(JUnitReport.in(write(directory, "bomb.xml", bomb.toString()))))
                .contains("no well-formed XML");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTF-8", "UTF-16", "UTF-16LE with mark", "UTF-16BE with mark", "UTF-8 with mark", "ISO-8859-1"})
    void everyEncodingThatToolsWriteIsRead(String encoding) {
        boolean mark = encoding.contains("mark");
        Charset charset = Charset.forName(encoding.split(" ")[0]);
        String declared = charset.name().startsWith("UTF-16") ? "UTF-16" : charset.name();
        String xml = "<?xml version='1.0' encoding='" + declared + "'?><testsuite><testcase name='Tür'><failure/>"
                + "</testcase></testsuite>";
        assertThat(closed(JUnitReport.in(write(directory, "a.xml", ((mark ? "\uFEFF" : "") + xml).getBytes(charset)))))
                .startsWith("1 of 1 test failed: Tür (failed)");
        if (!encoding.startsWith("ISO")) { // JSON is Unicode
            byte[] json = ((mark ? "\uFEFF" : "") + Reports.text("bandit/clean.sarif")).getBytes(charset);
            GateDecision decision = ask(SarifReport.in(write(directory, "a.sarif", json)));
            assertThat(decision.reason()).startsWith("no finding at or above HIGH");
        }
    }

    @Test
    void depthIsBounded() {
        int deep = 100_000;
        assertThat(closed(JUnitReport.in(write(
                        directory,
                        "deep.xml",
                        "<testsuite>".repeat(deep) + "<testcase name='a'/>" + "</testsuite>".repeat(deep)))))
                .contains("nested deeper than 200");
        for (String json : new String[] {"{\"a\":".repeat(deep), "[".repeat(deep), "{\"runs\":" + "[".repeat(deep)}) {
            assertThat(closed(SarifReport.in(write(directory, "deep.sarif", json))))
                    .contains("tried to read");
            assertThat(closed(TrivyReport.in(write(directory, "deep.json", json))))
                    .contains("tried to read");
        }
        assertThat(open(JUnitReport.in(write(
                        directory,
                        "nested.xml",
                        "<testsuite>".repeat(100) + "<testcase name='a'/>" + "</testsuite>".repeat(100)))))
                .startsWith("1 test passed");
    }

    @Test
    void sizeIsBounded() throws IOException {
        Path sparse = directory.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(BoundedInput.LARGEST + 1);
        }
        for (Function<Path, Gate> gate : GATES) {
            assertThat(closed(gate.apply(sparse))).contains("larger than 256 MiB");
        }
    }

    @Test
    void onePieceIsBoundedAndManyPiecesAreStreamed() throws IOException {
        Path attribute =
                huge("<testsuite name='", "0123456789".repeat(100), 40_000, "'><testcase name='a'/></testsuite>");
        assertThat(closed(JUnitReport.in(attribute))).contains("one piece of it is larger than 32 MiB");
        Path output = huge(
                "<testsuite><testcase name='a'/><system-out>",
                "0123456789".repeat(100),
                40_000,
                "</system-out></testsuite>");
        assertThat(open(JUnitReport.in(output))).startsWith("1 test passed");
        Path many = huge(
                "<testsuite>",
                "<testcase classname='a.b.C' name='aTestWithAName' time='0.001'/>\n",
                500_000,
                "</testsuite>");
        assertThat(open(JUnitReport.in(many))).startsWith("500000 tests passed");
        Path text = huge("{\"version\":\"2.1.0\",\"x\":\"", "0123456789".repeat(100), 40_000, "\",\"runs\":[]}");
        assertThat(closed(SarifReport.in(text))).contains("one piece of it is larger than 32 MiB");
        Path results = huge(
                "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{},\"results\":[{\"kind\":\"pass\"}",
                ",{\"ruleId\":\"R\",\"level\":\"note\"}",
                500_000,
                "]}]}");
        assertThat(open(SarifReport.in(results))).contains("500000 below HIGH");
        Path rules = huge(
                "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"rules\":[{}",
                ",{\"id\":\"R\"}",
                200_000,
                "]}}}]}");
        assertThat(closed(SarifReport.in(rules))).contains("more than 100000 rules");
    }

    @Test
    void whatParsersRememberIsBounded() {
        String[] each = {"<e%d/>", "<e a%d='1'/>", "<e xmlns:p%d='u'/>", "<e xmlns='u%d'/>", "<?p%d ?>"};
        for (String one : each) {
            StringBuilder xml = new StringBuilder("<testsuite><testcase name='a'/>");
            for (int i = 0; i < 3_000; i++) {
                xml.append(one.formatted(i));
            }
            xml.append("</testsuite>");
            assertThat(closed(JUnitReport.in(write(directory, "names.xml", xml.toString()))))
                    .as(one)
                    .contains("more than 2000 different names");
        }
        String extensions =
                "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"extensions\":[{}" + ",{}".repeat(100_000) + "]}}]}";
        assertThat(closed(SarifReport.in(write(directory, "extensions.sarif", extensions))))
                .contains("more than 100000 rules");
    }

    private Path huge(String head, String piece, int times, String tail) throws IOException {
        Path file = directory.resolve("huge");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(head.getBytes(StandardCharsets.UTF_8));
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < times; i++) {
                out.write(bytes);
            }
            out.write(tail.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void whatIsNoFileIsRefused() {
        for (Function<Path, Gate> gate : GATES) {
            assertThat(closed(gate.apply(Path.of("/dev/zero")))).contains("it is no regular file");
            assertThat(closed(gate.apply(directory.resolve("none")))).contains("there is no such file");
            assertThat(closed(gate.apply(directory))).contains("nothing in it matches");
            assertThat(closed(gate.apply(write(directory, "empty", "")))).contains("it is empty");
        }
        List<Path> none = new ArrayList<>();
        assertThatThrownBy(() -> SarifReport.in(none.toArray(Path[]::new)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrivyReport.in(directory).matching("[")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInterruptionEndsReading() {
        for (Gate gate : List.of(JUnitReport.in(real("pytest/ok.xml")), TrivyReport.in(real("trivy/clean.json")))) {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> gate.evaluate(Reports.context())).isInstanceOf(InterruptedException.class);
            } finally {
                Thread.interrupted();
            }
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
