package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares with R: with numbers that it gave once, and with R itself where {@code DPG_R} names its Rscript. */
class MannWhitneyAgainstRTest {

    /** What the two may differ by: a relative error, and for roots that R found to within 1e-12 that. */
    private static final double RELATIVE = 1e-9;

    private static final double ROUNDING = 1e-15;
    private static final double R_ROOT = 2e-12;

    @TempDir
    Path directory;

    @Test
    void sixtySamplesAreJudgedAsRDidWhenTheFileWasMade() throws Exception {
        List<RSamples> samples = samples(60);
        String expected = resource("wilcox.txt");
        compare(samples, expected.lines().toList());
    }

    @Test
    void aThousandRandomSamplesAreJudgedAsRDoes() throws Exception {
        String rscript = System.getenv("DPG_R");
        boolean required = String.valueOf(System.getenv("DPG_REQUIRE")).contains("DPG_R");
        assertThat(rscript == null && required)
                .as("DPG_REQUIRE asks for DPG_R, which is not set")
                .isFalse();
        Assumptions.assumeTrue(rscript != null, "DPG_R is not set; set it to the path of Rscript");
        List<RSamples> samples = samples(1000);
        List<String> answers = askR(rscript, samples);
        compare(samples, answers);
        assertThat(answers.stream().filter(a -> a.contains("NaN")).count())
                .as("samples without spread, for which R has no interval")
                .isBetween(1L, 100L);
    }

    private static List<RSamples> samples(int number) {
        return LongStream.range(0, number).mapToObj(RSamples::random).toList();
    }

    private List<String> askR(String rscript, List<RSamples> samples) throws Exception {
        Path script = Files.writeString(directory.resolve("wilcox.R"), resource("wilcox.R"));
        Path input = Files.writeString(
                directory.resolve("samples"),
                samples.stream().map(RSamples::text).collect(Collectors.joining()));
        Path output = directory.resolve("answers");
        Process r = new ProcessBuilder(rscript, "--vanilla", script.toString(), input.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(r.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(r.exitValue()).isZero();
        } finally {
            r.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    private static void compare(List<RSamples> samples, List<String> answers) {
        assertThat(answers).hasSameSizeAs(samples);
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < samples.size(); i++) {
            compare(softly, "sample " + i, samples.get(i), answers.get(i).trim().split(" "));
        }
        softly.assertAll();
    }

    private static void compare(SoftAssertions softly, String name, RSamples sample, String[] answer) {
        double[] r = new double[answer.length];
        for (int i = 0; i < r.length; i++) {
            r[i] = Double.parseDouble(answer[i].replace("Inf", "Infinity"));
        }
        MannWhitney test = MannWhitney.standard().confidence(sample.confidence());
        MannWhitney.Result like = test.likeR().compare(sample.candidate(), sample.baseline());
        MannWhitney.Result fine = test.likeR().rootTolerance(1e-12).compare(sample.candidate(), sample.baseline());
        MannWhitney.Result own = test.compare(sample.candidate(), sample.baseline());
        // Where all values are equal R has no p-value.
        near(softly, name + " p", like.pValue(), Double.isNaN(r[0]) ? 1 : r[0], 0);
        near(softly, name + " p greater", like.pGreater(), Double.isNaN(r[1]) ? 1 : r[1], 0);
        near(softly, name + " p less", like.pLess(), Double.isNaN(r[2]) ? 1 : r[2], 0);
        if (!Double.isNaN(r[3])) {
            near(softly, name + " estimate", like.estimate(), r[3], ROUNDING);
            near(softly, name + " lower", like.lower(), r[4], ROUNDING);
            near(softly, name + " upper", like.upper(), r[5], ROUNDING);
            near(softly, name + " estimate, fine", fine.estimate(), r[6], R_ROOT);
            near(softly, name + " lower, fine", fine.lower(), r[7], R_ROOT);
            near(softly, name + " upper, fine", fine.upper(), r[8], R_ROOT);
            near(softly, name + " lower, jump", own.lower(), r[7], R_ROOT);
            near(softly, name + " upper, jump", own.upper(), r[8], R_ROOT);
        }
        near(softly, name + " median difference", own.estimate(), r[9], ROUNDING);
    }

    private static void near(SoftAssertions softly, String name, double ours, double theirs, double absolute) {
        softly.assertThat(Math.abs(ours - theirs) <= absolute + RELATIVE * Math.abs(theirs))
                .as(name + ": " + ours + " rather than R's " + theirs)
                .isTrue();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = MannWhitneyAgainstRTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
