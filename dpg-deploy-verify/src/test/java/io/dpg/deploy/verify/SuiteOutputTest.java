package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What people and build servers see of a suite. */
class SuiteOutputTest {

    @TempDir
    Path folder;

    private static CheckResult part(String name, Status status, String message, boolean critical) {
        return new CheckResult(name, status, message, Duration.ofMillis(1234), 2).critical(critical);
    }

    private static CheckResult suite(CheckResult... parts) {
        return SuiteResults.sum("smoke", true, List.of(parts), Duration.ofSeconds(3));
    }

    private static Element parse(String xml) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        return document.getDocumentElement();
    }

    private static Element only(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        assertThat(found.getLength()).as(name).isEqualTo(1);
        return (Element) found.item(0);
    }

    private static final CheckResult MIXED = suite(
            part("health", Status.PASSED, "status 200", true),
            part("search", Status.FAILED, "expected 200", true),
            part("database", Status.ERROR, "could not be made", true),
            part("reports", Status.FAILED, "expected 201", false));

    @Test
    void theTableHasALineForEachCheck() {
        assertThat(SmokeSuite.asTable(MIXED)).isEqualTo("""
                smoke: failed in 3 s, 1 of 4 checks passed; search failed: expected 200; database error: could not be made; not critical: reports failed: expected 201
                  passed          health    1.2 s  2 looks  status 200
                  failed          search    1.2 s  2 looks  expected 200
                  error           database  1.2 s  2 looks  could not be made
                  failed (noted)  reports   1.2 s  2 looks  expected 201
                """);
        assertThat(SmokeSuite.asTable(part("health", Status.PASSED, "ok", true)))
                .contains("health", "ok");
    }

    @Test
    void noMessageBreaksTheTableOrMovesTheCursor() {
        String table = SmokeSuite.asTable(suite(
                part("a\nb", Status.FAILED, "x\r\n\u001b[2Jy\u2028z", true),
                part("c".repeat(99), Status.PASSED, "", true)));
        assertThat(table.lines()).hasSize(3);
        assertThat(table).doesNotContain("\u001b", "\r", "\u2028").contains("a b", "x [2Jy z", "ccc…");
    }

    @Test
    void failuresErrorsAndWhatIsOnlyNotedAreToldApart() throws Exception {
        Element root = parse(JUnitXml.text(MIXED));
        Element suite = only(root, "testsuite");
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("3.000");
        Element search = (Element) only(suite, "failure").getParentNode();
        assertThat(search.getAttribute("name")).isEqualTo("search");
        assertThat(search.getAttribute("classname")).isEqualTo("smoke");
        assertThat(search.getAttribute("time")).isEqualTo("1.234");
        assertThat(only(suite, "error").getAttribute("message")).isEqualTo("could not be made");
        assertThat(only(suite, "skipped").getAttribute("message")).isEqualTo("not critical, failed: expected 201");
    }

    @Test
    void aSuiteThatPassesHasNeitherFailureNorErrorInItsFile() throws Exception {
        CheckResult inner =
                SuiteResults.sum("inner", false, List.of(part("x", Status.FAILED, "no", true)), Duration.ofSeconds(1));
        CheckResult passed = suite(
                part("health", Status.PASSED, "", true),
                part("reports", Status.ERROR, "", false),
                inner.critical(false));
        assertThat(passed.passed()).isTrue();
        Element suite = only(parse(JUnitXml.text(passed)), "testsuite");
        assertThat(suite.getAttribute("failures")).isEqualTo("0");
        assertThat(suite.getAttribute("errors")).isEqualTo("0");
        assertThat(suite.getAttribute("skipped")).isEqualTo("2");
        assertThat(JUnitXml.text(passed)).contains("inner / x");
    }

    @Test
    void aSuiteThatFailsWithoutABadPartStillFailsInItsFile() throws Exception {
        CheckResult odd = new CheckResult(
                "odd", Status.FAILED, "of itself", Duration.ZERO, 1, true, List.of(part("a", Status.PASSED, "", true)));
        assertThat(only(parse(JUnitXml.text(odd)), "failure").getAttribute("message"))
                .isEqualTo("of itself");
        assertThat(only(parse(JUnitXml.text(suite(odd))), "failure").getAttribute("message"))
                .isEqualTo("of itself");
    }

    @Test
    void anyTextIsValidXmlAndReadsBack() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 500; i++) {
            String text = IntStream.range(0, 30)
                    .map(j -> random.nextInt(4) == 0 ? random.nextInt(0x11000) : random.nextInt(0x80))
                    .mapToObj(c -> c > 0xFFFF ? Character.toString(c) : String.valueOf((char) c))
                    .reduce("", String::concat);
            String read = only(parse(JUnitXml.text(suite(part(text, Status.FAILED, text, true)))), "failure")
                    .getAttribute("message");
            String expected = text.codePoints()
                    .map(c -> c < 0x20 && c != '\n' && c != '\r' && c != '\t'
                                    || c >= 0xD800 && c <= 0xDFFF
                                    || c == 0xFFFE
                                    || c == 0xFFFF
                            ? 0xFFFD
                            : c)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(read).isEqualTo(expected);
        }
        assertThat(JUnitXml.text(suite(part("a", Status.PASSED, "]]> <b> \u0000", true))))
                .contains("]]&gt; &lt;b&gt; \uFFFD");
    }

    @Test
    void theFileIsWrittenAsAWholeAndFoldersAreMade() throws Exception {
        Path file = folder.resolve("a/b/smoke.xml");
        JUnitXml.write(MIXED, file);
        JUnitXml.write(MIXED, file);
        assertThat(Files.readString(file)).isEqualTo(JUnitXml.text(MIXED));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
        assertThatThrownBy(() -> JUnitXml.write(MIXED, file.resolve("below-a-file.xml")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("below-a-file.xml");
    }
}
