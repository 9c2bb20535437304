package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.spi.Time;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Suites from YAML, run against a real server. */
@Timeout(60)
class SmokeYamlTest {

    private static final Secrets SECRETS = Secrets.of(
            SecretSource.environment(Map.of("TOKEN", "t0ken-value", "TWO_LINES", "t0ken\nvalue", "EMPTY", "")));

    private static final String KINDS = "get, post, put, patch, delete, head, options, request, tcp";

    @TempDir
    Path folder;

    private SmokeSuite load(String yaml) throws Exception {
        return SmokeSuite.load(Files.writeString(folder.resolve("smoke.yaml"), yaml), SECRETS);
    }

    private List<String> faults(String yaml) {
        PlanInvalidException e = catchThrowableOfType(PlanInvalidException.class, () -> load(yaml));
        assertThat(e).as("no fault found").isNotNull().hasMessageNotContaining("t0ken");
        return e.faults().stream().map(Fault::toString).toList();
    }

    private static LocalServer guide(boolean good) throws Exception {
        return new LocalServer()
                .on("/health", exchange -> LocalServer.reply(exchange, 200, "{\"status\":\"ok\"}"))
                .on(
                        "/health/database",
                        exchange -> LocalServer.reply(
                                exchange,
                                200,
                                "{\"database\":{\"status\":\"connected\",\"pool\":{\"free\":" + (good ? 7 : 0) + "}}}"))
                .on("/search", exchange -> {
                    JsonNode query = new JsonMapper().readTree(exchange.getRequestBody());
                    boolean asked = query.at("/vector").size() == 384
                            && query.at("/limit").asInt() == 5
                            && query.at("/vector/0").isNumber();
                    LocalServer.reply(
                            exchange, asked ? 200 : 400, "{\"results\":[{\"id\":\"shoe-1\",\"score\":0.87}]}");
                });
    }

    @Test
    void theGuidesThreePassAgainstAServerThatIsWell() throws Exception {
        SmokeSuite suite = SmokeSuite.load(Path.of("..", "examples", "smoke.yaml"));
        try (LocalServer server = guide(true)) {
            CheckResult result = suite.run(server.context(Time.system()));
            assertThat(result.passed()).as(result.message()).isTrue();
            assertThat(result.parts())
                    .extracting(CheckResult::check)
                    .containsExactly("health", "database", "vector search");
        }
    }

    @Test
    void theGuidesThreeFailAgainstOneThatIsNot() throws Exception {
        Path example = Path.of("..", "examples", "smoke.yaml");
        SmokeSuite suite = load(Files.readString(example).replace("  timeout: 10s", "  timeout: 10s\n  failAfter: 1"));
        try (LocalServer server = guide(false)) {
            CheckResult result = suite.run(server.context(Time.system()));
            assertThat(result.passed()).isFalse();
            assertThat(result.message())
                    .contains("database failed: GET /health/database: expected /database/pool/free to be at least 1.0");
        }
    }

    @Test
    void everySettingArrives() throws Exception {
        Files.writeString(folder.resolve("query.json"), "{\"q\":1}");
        SmokeSuite suite = load("""
                name: all
                concurrency: 2
                within: 1m
                critical: false
                x-note: left alone
                access:
                  bearer: env:TOKEN
                  headers: {X-Scope: shop}
                defaults: {timeout: 20s, within: 50s, successes: 2, pause: 1ms, longestPause: 2ms, failAfter: 3}
                checks:
                  - get: /a
                    headers: {X-Own: "1"}
                    expect: {status: 200-201, text: [hel, lo], headers: {X-Seen: yes}, latency: 30s}
                  - request: PURGE /b?x=1
                    name: purge
                    jsonFile: query.json
                    critical: false
                    successes: 1
                    access: {basic: {user: joe, password: env:TOKEN}}
                  - put: /c
                    body: plain
                    contentType: text/csv
                    secretHeaders: {X-Api-Key: env:TOKEN}
                """);
        assertThat(suite.name()).isEqualTo("all");
        assertThat(suite.critical()).isFalse();
        assertThat(suite.checks()).extracting(Check::name).containsExactly("GET /a", "purge", "PUT /c");
        assertThat(suite.checks()).extracting(Check::critical).containsExactly(true, false, true);
        List<String> seen = new CopyOnWriteArrayList<>();
        try (LocalServer server = new LocalServer().on("/", exchange -> {
            StringBuilder line = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            for (String name : List.of("Authorization", "X-Scope", "X-Own", "X-Api-Key", "Content-Type")) {
                List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
                line.append(values.isEmpty() ? "" : ", " + values.get(0));
            }
            seen.add(line + ": " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("X-Seen", "yes");
            LocalServer.reply(exchange, 200, "hello");
        })) {
            CheckResult result = suite.run(server.context(Time.system()));
            assertThat(result.passed()).as(result.message()).isTrue();
            assertThat(result.parts()).extracting(CheckResult::attempts).containsExactly(2, 1, 2);
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "GET /a, Bearer t0ken-value, shop, 1: ",
                        "GET /a, Bearer t0ken-value, shop, 1: ",
                        "PURGE /b?x=1, Basic am9lOnQwa2VuLXZhbHVl, application/json; charset=UTF-8: {\"q\":1}",
                        "PUT /c, Bearer t0ken-value, shop, t0ken-value, text/csv; charset=UTF-8: plain",
                        "PUT /c, Bearer t0ken-value, shop, t0ken-value, text/csv; charset=UTF-8: plain");
    }

    @Test
    void everyFaultIsToldAtOnceWithItsPlaceAndValue() {
        assertThat(faults("""
                concurrency: 0
                whithin: 5m
                access: {bearer: t0ken-value, trusting: none.pem}
                defaults: {timeout: fast}
                checks:
                  - get: /health
                    expect:
                      status: 99
                      json: {status: ok, /n: {atLeast: many}}
                  - get: /health
                  - get: /a b?api_key=t0ken
                  - tcp: db
                    json: "{}"
                  - {get: /x, post: /y}
                  - {name: nothing, psot: /search, timeout: 2, expect: {status: 2xx}}
                  - post: /search
                    name: s
                    json: "{"
                    failFast: [5xx]
                    headers: {Authorization: Bearer t0ken-value}
                """))
                .containsExactly(
                        "smoke.yaml:1: concurrency = 0: must be a whole number within 1 to 100",
                        "smoke.yaml:2: whithin = …: is unknown; did you mean 'within'?; known are name, concurrency,"
                                + " within, critical, access, defaults, checks",
                        "smoke.yaml:3: access.bearer = ***: A secret is named as 'scheme:path' or 'scheme:path#field',"
                                + " for example 'env:DATABASE_URL'; what was given has another form and is not repeated"
                                + " here",
                        "smoke.yaml:3: access.trusting = none.pem: Tried to read a certificate or key from "
                                + folder.resolve("none.pem") + ", but there is no such file",
                        "smoke.yaml:4: defaults.timeout = fast: must be a time such as 500ms, 10s, 5m or PT5M",
                        "smoke.yaml:8: checks[0].expect.status = 99: must be a status such as 200, or a range such as"
                                + " 200-299",
                        "smoke.yaml:9: checks[0].expect.json.status = ok: 'status' is not a JSON pointer, which begins"
                                + " with '/'",
                        "smoke.yaml:9: checks[0].expect.json./n.atLeast = many: must be a number such as 3 or 0.5",
                        "smoke.yaml:10: checks[1].name = GET /health: the check in line 6 has this name already; give"
                                + " one of them another",
                        "smoke.yaml:11: checks[2].get = /a b?…: '/a b?…' is not a path; encode special characters",
                        "smoke.yaml:12: checks[3].tcp = db: must be endpoint, a port such as 5432, or a place such as"
                                + " db:5432",
                        "smoke.yaml:13: checks[3].json = …: is of HTTP checks, and this is one of TCP",
                        "smoke.yaml:14: checks[4] = get, post: must have exactly one of " + KINDS,
                        "smoke.yaml:15: checks[5].psot = …: is unknown; did you mean 'post'?; known are name, " + KINDS
                                + ", json, jsonFile, body, contentType, headers, secretHeaders, access, expect, timeout,"
                                + " within, pause, longestPause, successes, failAfter, critical, failFast",
                        "smoke.yaml:15: checks[5] = nothing: must have exactly one of " + KINDS,
                        "smoke.yaml:15: checks[5].timeout = 2: must be a time such as 500ms, 10s, 5m or PT5M",
                        "smoke.yaml:15: checks[5].expect.status = 2xx: must be a status such as 200, or a range such as"
                                + " 200-299",
                        "smoke.yaml:18: checks[6].json = …: The body is not JSON; look at line 1, column 2",
                        "smoke.yaml:19: checks[6].failFast = 5xx: must be 4xx, refused, or a list of both",
                        "smoke.yaml:20: checks[6].headers.Authorization = …: by its name is a secret; name its address"
                                + " in secretHeaders");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {bearer: "env:NONE"}                         | access.bearer = env:NONE: Tried to resolve
            {bearer: "env:EMPTY"}                        | it is empty
            {bearer: "env:TWO_LINES"}                    | access.bearer = ***: The value of header Authorization must be one line
            {bearer: "vault:x"}                          | vault:***
            {bearer: [a]}                                | access.bearer = a list: must be a single value
            {bearer: "env:TOKEN", basic: {user: a, password: "env:TOKEN"}} | exclude each other
            {basic: {user: "a:b", password: "env:TOKEN"}} | colon
            {basic: {user: joe}}                         | access.basic.password = nothing: is needed
            {basic: {password: "env:TOKEN"}}             | access.basic.user = nothing: is needed
            {headers: {X-Token: abc}}                    | access.headers.X-Token = …: by its name is a secret
            {headers: {"b d": abc}}                      | is not the name of a header
            {secretHeaders: {X-A: t0ken-value}}          | access.secretHeaders.X-A = ***
            {proxy: {address: "http://joe:t0ken@proxy:1"}} | access.proxy.address = …: A proxy is named like
            {proxy: {address: "a b"}}                    | must be an address
            {proxy: {user: joe}}                         | access.proxy.address = nothing: is needed
            {proxy: "http://joe:t0ken@proxy:1"}          | access.proxy = …: A proxy is named like
            {proxy: [a]}                                 | access.proxy = a list: must be a map
            {clientCertificate: {}}                      | must have pem and key, or pkcs12 and password
            {clientCertificate: {pem: a.pem}}            | access.clientCertificate.key = nothing: is needed
            {clientCertificate: {pkcs12: a, password: "env:TOKEN"}} | no such file
            {withoutVerifyingCertificates: false}        | must be true, or left out
            """)
    void noAccessIsMadeOfWhatCannotBeAndNoSecretIsTold(String access, String expected) {
        assertThat(faults("access: " + access + "\nchecks: [{get: /}]"))
                .singleElement()
                .asString()
                .startsWith("smoke.yaml:1: access")
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {get: "http://elsewhere/x"}           | whole URL
            {get: ""}                             | passes
            {request: "GET"}                      | must be a method and a path
            {request: "G3T /"}                    | is not a method
            {tcp: "a b:1"}                        | must be endpoint, a port
            {tcp: 70000}                          | 1 to 65535
            {tcp: "[::1]:80"}                     | passes
            {tcp: endpoint, failFast: refused}    | passes
            {get: /, name: " "}                   | must not be blank
            {get: /, timeout: 0s}                 | must be longer than 0
            {get: /, timeout: 8d}                 | must be at most 7 days
            {get: /, timeout: PT9999999999999999H} | must be a time
            {get: /, timeout: P1D}                | passes
            {get: /, pause: 10s, longestPause: 1s} | backoff must not shrink
            {get: /, pause: 10s}                  | passes
            {get: /, critical: no}                | must be true or false
            {get: /, successes: 1.5}              | must be a whole number
            {get: /, json: {a: 1}}                | must be JSON as text
            {get: /, json: "{}", body: x}         | must have at most one of json
            {get: /, json: "${vector:0}"}         | 1 to 65536
            {get: /, json: "${vektor:384}"}       | not JSON
            {get: /, jsonFile: "none.json"}       | there is no such file
            {get: /, jsonFile: "/dev/zero"}       | not a regular file
            {get: /, jsonFile: "a\\0b"}           | is no path on this system
            {get: /, body: x, contentType: "a b; charset=none"} | checks[0].contentType
            {get: /, contentType: text/plain}     | goes with body
            {get: /, body: x, contentType: " "}   | A content type is like text/csv
            {get: /, body: x, contentType: "a/b\\r\\nX: y"} | A content type is like text/csv
            {get: /, body: x, contentType: "text/csv; header=present"} | passes
            {get: /, expect: {status: 200-100}}   | a range goes up
            {get: /, expect: {json: {a: 1}}}      | expect.json.a = 1
            {get: /, expect: {json: {/a: {}}}}    | must have one of equals
            {get: /, expect: {json: {/a: {atLeast: 1e999}}}} | finite
            {get: /, expect: {json: {/a: {atLeast: 0x10}}}} | must be a number
            {get: /, expect: {json: {/a: {exists: false}}}} | must be true, or left out
            {get: /, expect: {text: [a, [b]]}}    | must be a single value
            {get: /, expect: [a]}                 | must be a map
            {get: /, get: /b}                     | was given in line 1 already
            [a]                                   | must be a map with get
            """)
    void noCheckIsMadeOfWhatCannotBe(String check, String expected) throws Exception {
        String yaml = "checks: [" + check + "]";
        if (expected.equals("passes")) {
            assertThat(load(yaml).checks()).hasSize(1);
        } else {
            assertThat(faults(yaml)).singleElement().asString().contains(expected);
        }
    }

    @Test
    void whatIsNoSuiteAtAllIsSaidToBeNone() throws Exception {
        for (String yaml : List.of("", "checks:", "checks: []", "checks: {}", "name: a")) {
            assertThat(faults(yaml)).singleElement().asString().contains("must be a list of checks");
        }
        assertThat(faults("[a]")).anyMatch(f -> f.contains("must be a map"));
        assertThat(faults("checks: [{get: /")).singleElement().asString().contains("not valid YAML");
        assertThat(faults("checks: [" + "{get: /},".repeat(1001) + "]"))
                .singleElement()
                .asString()
                .contains("more than 1000");
        assertThat(faults("checks: [" + "{get: /},".repeat(200) + "]"))
                .hasSize(101)
                .last()
                .asString()
                .contains("99 more");
        Files.write(folder.resolve("bad.yaml"), new byte[] {(byte) 0xC3, 'a'});
        for (Path file : List.of(folder.resolve("none.yaml"), folder, folder.resolve("bad.yaml"))) {
            PlanInvalidException e =
                    catchThrowableOfType(PlanInvalidException.class, () -> SmokeSuite.load(file, SECRETS));
            assertThat(e.faults()).hasSize(1);
        }
    }

    @Test
    void bodiesThatAliasesRepeatAreKeptOnceAndAreBounded() throws Exception {
        String large = "{\"a\":\"" + "x".repeat(500_000) + "\"}";
        StringBuilder yaml = new StringBuilder("x-a: &a {json: '" + large + "'}\nchecks:\n");
        for (int i = 0; i < 900; i++) {
            yaml.append("  - {<<: *a, post: /").append(i).append("}\n");
        }
        assertThat(load(yaml.toString()).checks()).hasSize(900);
        StringBuilder many = new StringBuilder("checks:\n");
        for (int i = 0; i < 900; i++) {
            many.append("  - {post: /" + i + ", json: '[" + i + ",${vector:65536}]'}\n");
        }
        assertThat(faults(many.toString()))
                .hasSizeGreaterThan(90)
                .first()
                .asString()
                .contains("64 MiB");
    }
}
