package io.dpg.deploy.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.json.JsonMapper;

class RedactorPropertyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** By other people's encoders where there are any. */
    private enum Form {
        RAW(s -> s),
        URL(s -> URLEncoder.encode(s, UTF_8)),
        URL_SPACE(s -> URLEncoder.encode(s, UTF_8).replace("+", "%20")),
        URL_LOWER(
                s -> Pattern.compile("%..").matcher(URLEncoder.encode(s, UTF_8)).replaceAll(m -> m.group()
                        .toLowerCase(Locale.ROOT))),
        BASE64(s -> Base64.getEncoder().encodeToString(s.getBytes(UTF_8))),
        BASE64_URL(s -> Base64.getUrlEncoder().withoutPadding().encodeToString(s.getBytes(UTF_8))),
        HEX(s -> HexFormat.of().formatHex(s.getBytes(UTF_8))),
        HEX_UPPER(s -> HexFormat.of().withUpperCase().formatHex(s.getBytes(UTF_8))),
        JSON_TEXT(s -> JSON.writeValueAsString(s)),
        HTML(s -> s.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")),
        SHELL(s -> "'" + s.replace("'", "'\\''") + "'");

        final UnaryOperator<String> encode;

        Form(UnaryOperator<String> encode) {
            this.encode = encode;
        }

        String core(String secret) {
            String form = encode.apply(secret);
            return this == JSON_TEXT || this == SHELL ? form.substring(1, form.length() - 1) : form;
        }
    }

    @Property(tries = 500)
    void noFormOfASecretSurvivesInAnyText(
            @ForAll("valueLists") List<String> values,
            @ForAll Form form,
            @ForAll("texts") String before,
            @ForAll("texts") String after) {
        Redactor redactor = new Redactor();
        values.forEach(v -> redactor.add(Secret.of(v)));
        StringBuilder text = new StringBuilder(before);
        values.forEach(v -> text.append(form.encode.apply(v)).append(after));
        String clean = redactor.redact(text.toString());
        for (String value : values) {
            assertThat(clean).doesNotContain(value).doesNotContain(form.core(value));
        }
    }

    @Property(tries = 500)
    void noWholeCharacterOfBase64WithinBase64Survives(
            @ForAll("values") String value,
            @ForAll @IntRange(max = 8) int before,
            @ForAll @IntRange(min = 3, max = 8) int after) {
        byte[] secret = value.getBytes(UTF_8);
        byte[] all = new byte[before + secret.length + after];
        Arrays.fill(all, (byte) 0xff); // of which UTF-8 has none, so that the neighbours never continue the secret
        System.arraycopy(secret, 0, all, before, secret.length);
        Redactor redactor = new Redactor();
        redactor.add(Secret.of(value));
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String text = encoder.encodeToString(all);
            int first = before * 8 / 6;
            int end = ((before + secret.length) * 8 + 5) / 6;
            // A neighbour more may go where the secret is so uniform that its place is not clear.
            assertThat(redactor.redact(text))
                    .isIn(
                            text.substring(0, first) + "***" + text.substring(end),
                            text.substring(0, Math.max(0, first - 1)) + "***" + text.substring(end),
                            text.substring(0, first) + "***" + text.substring(end + 1),
                            text.substring(0, Math.max(0, first - 1)) + "***" + text.substring(end + 1));
        }
    }

    @Property(tries = 200)
    void textWithoutASecretStaysTheSame(
            @ForAll("values") String value, @ForAll @IntRange(min = 0, max = 500) int length) {
        Assume.that(value.chars().anyMatch(c -> c != 'q'));
        Redactor redactor = new Redactor();
        redactor.add(Secret.of(value));
        String text = "q".repeat(length);
        assertThat(redactor.redact(text)).isSameAs(text);
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> any = Arbitraries.strings().all().ofMinLength(4).ofMaxLength(40);
        Arbitrary<String> nasty = Arbitraries.strings()
                .withChars(" /:=+&%?'\"\\<>$`!*-_~;,\n\täß€".toCharArray())
                .withCharRange('a', 'c')
                .ofMinLength(4)
                .ofMaxLength(12);
        // No halves of surrogate pairs: no source can hold them, and encoders of newer JDKs leave them out.
        return Arbitraries.oneOf(any, nasty)
                .filter(v -> v.strip().length() >= 4)
                .filter(v -> new String(v.getBytes(UTF_8), UTF_8).equals(v));
    }

    @Provide
    Arbitrary<List<String>> valueLists() {
        return values().list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars(" ab/*'\"\\%&=".toCharArray()).ofMaxLength(12);
    }
}
