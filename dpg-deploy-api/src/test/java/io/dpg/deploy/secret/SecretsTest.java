package io.dpg.deploy.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.ProviderNotFoundException;
import io.dpg.deploy.secret.SecretSource.Found;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String DOCUMENT = """
            {"connection_string": "hunter2-url", "port": 5432, "ratio": 1.10, "tls": true, "none": null, "empty": "",
             "a.b": "dotted", "a": {"b": "nested", "c.d": {"e": "deep"}},
             "hosts": [{"url": "first"}, {"url": "second"}]}""";

    private final Secrets secrets = Secrets.of(SecretSource.environment(
            Map.of("DB", DOCUMENT, "PLAIN", "hunter2-plain", "EMPTY", "", "QUOTED", "\"hunter2-quoted\"")));

    @Test
    void resolvesAWholeValue() {
        assertThat(resolve("env:PLAIN")).isEqualTo("hunter2-plain");
        assertThat(resolve("env:DB")).isEqualTo(DOCUMENT);
    }

    @ParameterizedTest
    @CsvSource({
        "connection_string, hunter2-url",
        "port, 5432",
        "ratio, 1.10",
        "tls, true",
        "a.b, dotted",
        "a.c.d.e, deep",
        "hosts.1.url, second",
        "hosts[0].url, first"
    })
    void resolvesAFieldOfAJsonDocument(String field, String value) {
        assertThat(resolve("env:DB#" + field)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection | its fields are a, a.b, connection_string, empty, hosts, none, port, ratio, tls",
                "a.x        | its fields are b, c.d",
                "hosts.2    | 2 entries",
                "hosts.-1   | 2 entries",
                "port.x     | single value",
                "none       | is null",
                "none.x     | is null",
                "hosts      | no text, number or boolean",
                "empty      | it is empty"
            })
    void aFieldThatCannotBeTakenNamesTheOthersButNoValue(String field, String part) {
        assertThatThrownBy(() -> resolve("env:DB#" + field))
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith("Tried to resolve the secret env:DB#" + field + ", but")
                .hasMessageContaining(part)
                .satisfies(SecretsTest::namesNoValue);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "QUOTED"})
    void aValueThatIsNoDocumentIsNotQuoted(String name) {
        assertThatThrownBy(() -> resolve("env:" + name + "#field"))
                .isInstanceOf(DeployException.class)
                .satisfies(SecretsTest::namesNoValue);
    }

    @Test
    void whatIsMissingOrEmptySaysWhatToDo() {
        assertThatThrownBy(() -> resolve("env:GONE"))
                .hasMessage(
                        "Tried to resolve the secret env:GONE, but there is none; create it, or correct its address");
        assertThatThrownBy(() -> resolve("env:EMPTY")).hasMessageContaining("it is empty; set its value");
    }

    @ParameterizedTest
    @CsvSource({
        "aws-sm, io.dpg.deploy:dpg-deploy-aws",
        "aws-ssm, io.dpg.deploy:dpg-deploy-aws",
        "k8s, io.dpg.deploy:dpg-deploy-k8s",
        "vault, io.dpg.deploy:dpg-deploy-vault",
        "keepass, SecretSource"
    })
    void anUnknownSchemeNamesTheArtifact(String scheme, String artifact) {
        assertThatThrownBy(() -> resolve(scheme + ":hunter2"))
                .isInstanceOf(ProviderNotFoundException.class)
                .hasMessageContaining("'" + scheme + ":'")
                .hasMessageContaining(artifact)
                .satisfies(SecretsTest::namesNoValue);
    }

    @Test
    void allMissingOnesAreReportedAtOnce() {
        Map<String, SecretRef> refs = new LinkedHashMap<>();
        refs.put("A", SecretRef.parse("env:GONE"));
        refs.put("B", SecretRef.parse("env:PLAIN"));
        refs.put("C", SecretRef.parse("admin:hunter2"));
        refs.put("D", SecretRef.parse("env:DB#nope"));
        assertThat(secrets.missing(refs))
                .extracting(Fault::property, Fault::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("secrets.A", "env:GONE"),
                        org.assertj.core.groups.Tuple.tuple("secrets.C", "admin:***"),
                        org.assertj.core.groups.Tuple.tuple("secrets.D", "env:DB#nope"));
        assertThatThrownBy(() -> secrets.resolveAll(refs))
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("3 faults")
                .satisfies(SecretsTest::namesNoValue);
        assertThat(secrets.missing(Map.of("B", refs.get("B")))).isEmpty();
    }

    @Test
    void aSourceThatFailsUnexpectedlyIsAFaultWithoutItsMessage() {
        Secrets broken = Secrets.of(source("x", ref -> {
            throw new IllegalStateException("could not parse hunter2");
        }));
        assertThat(broken.missing(Map.of("A", SecretRef.parse("x:a"))))
                .singleElement()
                .asString()
                .contains("IllegalStateException")
                .doesNotContain("hunter2");
    }

    @Test
    void resolvesAllInOrderAndFetchesEachDocumentOnce() {
        AtomicInteger fetches = new AtomicInteger();
        Secrets counting = Secrets.of(source("x", ref -> {
            fetches.incrementAndGet();
            return Optional.of(new Found(Secret.of("{\"a\":1,\"b\":2}"), null));
        }));
        Map<String, SecretRef> refs = new LinkedHashMap<>();
        refs.put("Z", SecretRef.parse("x:doc#a"));
        refs.put("A", SecretRef.parse("x:doc#b"));
        Secrets.Resolved resolved = counting.resolveAll(refs);
        assertThat(resolved.values()).containsExactly(Map.entry("Z", Secret.of("1")), Map.entry("A", Secret.of("2")));
        assertThat(resolved.warnings()).isEmpty();
        assertThat(fetches).hasValue(1);
        assertThat(resolved.toString()).doesNotContain("=1").contains("***");
    }

    @Test
    void warnsOfAgeWhereItIsKnown() {
        VirtualTime time = new VirtualTime();
        time.advance(Duration.ofDays(100));
        Secrets aged = Secrets.builder()
                .source(source(
                        "x",
                        ref -> Optional.of(new Found(
                                Secret.of("hunter2"),
                                time.now().minus(Duration.ofDays(Integer.parseInt(ref.path())))))))
                .time(time)
                .build();
        Map<String, SecretRef> refs = new LinkedHashMap<>();
        refs.put("OLD", SecretRef.parse("x:91"));
        refs.put("YOUNG", SecretRef.parse("x:90"));
        assertThat(aged.resolveAll(refs).warnings())
                .containsExactly("The secret OLD (x:91) was last changed on 2026-01-10, 91 days ago; change it at least"
                        + " every 90 days");
    }

    @Test
    void theAgeToWarnOfCanBeChosenAndMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Secrets.builder().maxAge(Duration.ZERO))
                .withMessageContaining("maxAge");
        VirtualTime time = new VirtualTime();
        Secrets strict = Secrets.builder()
                .source(source(
                        "x",
                        ref -> Optional.of(new Found(Secret.of("v"), time.now().minusSeconds(3601)))))
                .maxAge(Duration.ofHours(1))
                .time(time)
                .build();
        assertThat(strict.resolveAll(Map.of("A", SecretRef.parse("x:y"))).warnings())
                .hasSize(1);
    }

    @Test
    void twoSourcesOfOneSchemeAreAnErrorThatNamesBoth() {
        SecretSource mine = source("env", ref -> Optional.empty());
        assertThatThrownBy(() -> Secrets.builder().source(mine).build())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("'env:'")
                .hasMessageContaining(EnvironmentSource.class.getName())
                .hasMessageContaining(mine.getClass().getName());
    }

    @Test
    void theStandardSourcesAreVariablesAndFiles() {
        String name = System.getenv().entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .findFirst()
                .orElseThrow()
                .getKey();
        assertThat(Secrets.standard().resolve(SecretRef.parse("env:" + name)).reveal())
                .isEqualTo(System.getenv(name));
        assertThatThrownBy(() -> Secrets.standard().resolve(SecretRef.parse("file:/nowhere")))
                .hasMessageContaining("there is none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://app:hunter2@db/app",
                "jdbc:postgresql://app:hunter2@db/app",
                "hunter2",
                "env:",
                "Env:hunter2",
                "pem:line\nhunter2"
            })
    void aPastedSecretIsNoAddressAndNotRepeated(String pasted) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretRef.parse(pasted))
                .satisfies(SecretsTest::namesNoValue);
    }

    private String resolve(String ref) {
        return secrets.resolve(SecretRef.parse(ref)).reveal();
    }

    private static void namesNoValue(Throwable throwable) {
        assertThat(throwable).message().doesNotContain("hunter2").doesNotContain("nested");
        assertThat(throwable).hasNoCause();
    }

    private interface Fetch {
        Optional<Found> fetch(SecretRef ref);
    }

    private static SecretSource source(String scheme, Fetch fetch) {
        return new SecretSource() {
            @Override
            public String scheme() {
                return scheme;
            }

            @Override
            public Optional<Found> fetch(SecretRef ref) {
                return fetch.fetch(ref);
            }
        };
    }
}
