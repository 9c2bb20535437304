package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README says can be done. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..");

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void itsProgramIsTheOneThatCompiles() throws IOException {
        String shown = all("```java\n(.*?)```", read("README.md")).get(0);
        String source = read("examples/src/main/java/io/dpg/deploy/examples/FirstRollout.java");
        String compiled = all("// begin\n(.*)// end", source).get(0);
        assertThat(shown.lines().count()).isLessThanOrEqualTo(10);
        assertThat(shown.replaceAll("\\s", "")).isEqualTo(compiled.replaceAll("\\s", ""));
    }

    @Test
    void whatItShowsOfVerificationCompiles() throws IOException {
        List<String> shown = all("```java\n(.*?)```", read("README.md"));
        String source = read("examples/src/main/java/io/dpg/deploy/examples/VerifiedRollout.java");
        for (String part : List.of("rollout", "backtest")) {
            String compiled =
                    all("// begin " + part + "\n(.*)// end " + part, source).get(0);
            assertThat(shown.stream().map(s -> s.replaceAll("\\s", ""))).contains(compiled.replaceAll("\\s", ""));
        }
    }

    @Test
    void itExplainsEachLineOfTheProgram() throws IOException {
        String readme = read("README.md");
        long lines = all("```java\n(.*?)```", readme).get(0).lines().count();
        String explained = readme.substring(readme.indexOf("Line by line:"), readme.indexOf("Without metrics"));
        assertThat(all("\n(\\d+)\\. ", explained)).hasSize((int) lines);
    }

    @Test
    void itNamesEachModule() throws IOException {
        String readme = read("README.md");
        assertThat(all("<module>(.*?)</module>", read("pom.xml"))).isNotEmpty().allSatisfy(module -> assertThat(readme)
                .contains("| `" + module + "` |"));
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        for (String file : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
            assertThat(all("]\\((?!https?:)([^)#]+)", read(file)))
                    .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
        }
    }

    @Test
    void itsFirstCommandHasItsProfile() throws IOException {
        assertThat(all("```sh\n(.*?)```", read("README.md")).get(0)).startsWith("./mvnw -q -Pquickstart ");
        assertThat(read("pom.xml")).contains("<id>quickstart</id>");
    }
}
