package io.dpg.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.secret.SecretRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentsTest {

    @TempDir
    private Path folder;

    @Test
    void loadsTheExampleWithTheTableOfTheGuide() {
        Environments example = Environments.load(Path.of("..", "examples", "environments.yaml"));
        assertThat(example.automaticFor("main")).extracting(Environment::name).containsExactly("staging");
        assertThat(example.automaticFor("feature/x")).isEmpty();
        assertThat(example.names()).containsExactly("development", "staging", "production");
        assertThat(example.get("development"))
                .isEqualTo(Environment.named("development")
                        .replicas(1)
                        .cpu("250m")
                        .memory("256Mi")
                        .variable("LOG_LEVEL", "debug")
                        .branch("develop")
                        .build());
        assertThat(example.get("staging"))
                .isEqualTo(Environment.named("staging")
                        .replicas(2)
                        .cpu("500m")
                        .memory("512Mi")
                        .variable("LOG_LEVEL", "info")
                        .branch("main")
                        .build());
        assertThat(example.get("production"))
                .isEqualTo(Environment.named("production")
                        .replicas(3)
                        .cpu("1000m")
                        .memory("1Gi")
                        .variable("LOG_LEVEL", "warn")
                        .secret("DATABASE_URL", "env:DATABASE_URL")
                        .approval(new ApprovalPolicy(1, Duration.ofHours(24), false))
                        .build());
    }

    @Test
    void keepsVariablesExactlyAsWritten() throws IOException {
        Map<String, String> variables = load("""
                        name: dev
                        variables:
                          A: off
                          B: 007
                          C: 1.10
                          D: yes
                          E: 0x1F
                          F: 1_000
                          G: "quoted: off"
                          H: ''
                          I: null
                          J: 2026-01-01
                          K: +5
                          L: .inf
                          M: |
                            two
                            lines
                          N: True
                          O: 12345678901234567890123.0
                          P: ~
                          Q: 1e3
                        """).get("dev").variables();
        assertThat(variables.values())
                .containsExactly(
                        "off",
                        "007",
                        "1.10",
                        "yes",
                        "0x1F",
                        "1_000",
                        "quoted: off",
                        "",
                        "null",
                        "2026-01-01",
                        "+5",
                        ".inf",
                        "two\nlines\n",
                        "True",
                        "12345678901234567890123.0",
                        "~",
                        "1e3");
    }

    @Test
    void everythingButTheNameHasADefault() throws IOException {
        assertThat(load("environments:\n  dev:\n  test: {variables: , branches: , secrets: }\n")
                        .all())
                .containsExactly(Environment.of("dev"), Environment.of("test"));
    }

    @Test
    void aSingleEnvironmentIsNamedByItsKeyOrItsFile() throws IOException {
        assertThat(load("name: qa\nreplicas: 2\n").names()).containsExactly("qa");
        assertThat(load("replicas: 2\n").names()).containsExactly("file");
    }

    @ParameterizedTest
    @CsvSource({"24h, PT24H", "30m, PT30M", "90s, PT90S", "2d, PT48H", "PT24H, PT24H", "P1D, PT24H"})
    void approvalsExpireInTheUnitsOfPeopleAndOfIso(String written, Duration expires) throws IOException {
        String yaml = "name: a\napproval: {minimum: 2, expires: " + written + ", onExpiry: approve}\n";
        assertThat(load(yaml).get("a").approval()).contains(new ApprovalPolicy(2, expires, true));
    }

    @Test
    void approvalTrueIsTheDefaultPolicy() throws IOException {
        assertThat(load("name: a\napproval: true\n").get("a").approval()).contains(ApprovalPolicy.DEFAULT);
        assertThat(load("name: a\napproval: {}\n").get("a").approval()).contains(ApprovalPolicy.DEFAULT);
        assertThat(load("name: a\napproval: false\n").get("a").approval()).isEmpty();
    }

    @Test
    void loadsAllFilesOfAFolder() throws IOException {
        write("b.yml", "name: beta\n");
        write("a.yaml", "environments: {alpha: {replicas: 2}, gamma: }\n");
        write("notes.txt", "no: yaml");
        assertThat(Environments.load(folder).names()).containsExactly("alpha", "gamma", "beta");
    }

    @Test
    void anUnknownNameListsTheKnownOnes() throws IOException {
        Environments two = load("environments: {staging: , production: }");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.get("prodution"))
                .withMessage(
                        "Tried to find the environment 'prodution', but there are only staging, production; did you"
                                + " mean 'production'?");
    }

    @Test
    void allFaultsAreListedAtOnceWithFileAndLine() throws IOException {
        assertThat(faults("""
                        environments:
                          production:
                            replica: 3
                            replicas: three
                            resources: {cpu: 500x, memory: 1GB, disk: 1}
                            variables:
                              LIST: [a]
                              NOTHING:
                              1BAD: x
                              SAME: a
                            secrets:
                              DATABASE_URL: hunter2
                              OTHER: postgres://app:hunter2@db/app
                              SAME: env:SAME
                            branches: [main, "a*b", [x]]
                            approval: {minimum: 0, expires: 24x, onExpiry: maybe}
                          staging:
                            name: stagin
                            replicas: 0
                            replicas: 1
                            variables: text
                            branches: main
                            approval: yes
                          production:
                        enviroments:
                        """))
                .containsExactly(
                        "file.yaml:25: enviroments = …: is unknown beside 'environments'; did you mean 'environments'?",
                        "file.yaml:3: environments.production.replica = …: is unknown; did you mean 'replicas'?; known"
                                + " are name, replicas, resources, variables, secrets, branches, approval",
                        "file.yaml:4: environments.production.replicas = three: must be a whole number such as 3",
                        "file.yaml:5: environments.production.resources.disk = …: is unknown; known are cpu, memory",
                        "file.yaml:5: environments.production.resources.cpu = 500x: cpu must be processors such as 0.5 or"
                                + " thousandths such as 500m, but is '500x'",
                        "file.yaml:5: environments.production.resources.memory = 1GB: memory must be bytes with one of"
                                + " the units Ki, Mi, Gi, Ti, k, M, G, T, such as 512Mi, but is '1GB'",
                        "file.yaml:7: environments.production.variables.LIST = a list: must be a single value; quote it"
                                + " if it is text",
                        "file.yaml:8: environments.production.variables.NOTHING = nothing: has no value; write \"\" for"
                                + " an empty one",
                        "file.yaml:9: environments.production.variables.1BAD = …: is no name of an environment variable",
                        "file.yaml:12: environments.production.secrets.DATABASE_URL = ***: A secret is named as"
                                + " 'scheme:path' or 'scheme:path#field', for example 'env:DATABASE_URL'; what was given"
                                + " has another form and is not repeated here",
                        "file.yaml:13: environments.production.secrets.OTHER = ***: A secret is named by its address, for"
                                + " example 'env:DATABASE_URL'; what was given looks like a secret itself and is not"
                                + " repeated here",
                        "file.yaml:14: environments.production.secrets.SAME = …: is set by variables too; keep it in one"
                                + " of them",
                        "file.yaml:15: environments.production.branches[1] = a*b: may have one '*', at its end",
                        "file.yaml:15: environments.production.branches[2] = a list: must be the name of a branch",
                        "file.yaml:16: environments.production.approval.minimum = 0: must be at least 1",
                        "file.yaml:16: environments.production.approval.expires = 24x: must be a time such as 30m, 24h,"
                                + " 2d or PT24H",
                        "file.yaml:16: environments.production.approval.onExpiry = maybe: must be reject or approve",
                        "file.yaml:20: environments.staging.replicas = …: was given in line 19 already; keep one",
                        "file.yaml:18: environments.staging.name = stagin: differs from the key 'staging' above; remove"
                                + " one of them",
                        "file.yaml:19: environments.staging.replicas = 0: must be at least 1",
                        "file.yaml:21: environments.staging.variables = a single value: must be a map",
                        "file.yaml:22: environments.staging.branches = a single value: must be a list, such as [main]",
                        "file.yaml:23: environments.staging.approval = yes: must be true, false, or a map with minimum,"
                                + " expires, onExpiry",
                        "file.yaml:24: environments.production = production: an environment of this name is at"
                                + " file.yaml:2 already; rename or remove one");
    }

    @Test
    void namesThatOccurInTwoFilesAreAFaultThatNamesBoth() throws IOException {
        write("a.yaml", "name: dev\n");
        write("b.yaml", "environments:\n  dev:\n");
        assertThatThrownBy(() -> Environments.load(folder))
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("b.yaml:2: environments.dev")
                .hasMessageContaining("at a.yaml:1 already");
    }

    @Test
    void oneUnreadableFileDoesNotHideTheFaultsOfOthers() throws IOException {
        write("a.yaml", "name: [\n");
        write("b.yaml", "replicas: x\n");
        PlanInvalidException e = catchThrowableOfType(PlanInvalidException.class, () -> Environments.load(folder));
        assertThat(e.faults()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                        | the file is empty",
                "# only a comment\\n                       | the file is empty",
                "{}                                        | the file is empty",
                "- a                                       | must be a map",
                "text                                      | must be a map",
                "environments:                             | must be a map of environments by name",
                "environments: [a]                         | must be a map of environments by name",
                "name: a\\n\\treplicas: 1\\n               | file.yaml:2 = …: the line is indented with a tab",
                "name: a\\nsecrets: {A: 'hunter2\\n        | file.yaml:2 = …: this is not valid YAML",
                "name: a\\n---\\nname: b\\n                | file.yaml:3 = …: a second document",
                "name: *b                                  | has its anchor above",
                "name: &b x\\nreplicas: *b                | file.yaml:2 = …: an alias must stand for a map or list",
                "name: !!binary aHVudGVyMg==               | tags",
                "replicas: &a [*a]                         | has its anchor above",
                "variables: {<<: 3}                        | takes a map",
            })
    void aFileThatHasAnotherFormSaysWhere(String yaml, String reason) throws IOException {
        assertThat(faults(yaml.translateEscapes()))
                .singleElement()
                .asString()
                .startsWith("file.yaml")
                .contains(reason)
                .doesNotContain("hunter2");
    }

    @Test
    void syntaxErrorsHaveNoCauseThatCouldQuoteTheFile() throws IOException {
        Path file = write("file.yaml", "name: a\nsecrets: {A: 'hunter2\n");
        assertThatThrownBy(() -> Environments.load(file)).hasNoCause().message().doesNotContain("hunter2");
    }

    @Test
    void whatIsNotThereOrTooLargeOrNoTextIsAFault() throws IOException {
        assertThatThrownBy(() -> Environments.load(folder.resolve("none.yaml"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Environments.load(folder)).hasMessageContaining("has no .yaml or .yml file");
        Path large = write("large.yaml", "#".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> Environments.load(large)).hasMessageContaining("1 MiB");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
        assertThatThrownBy(() -> Environments.load(binary)).hasMessageContaining("UTF-8");
    }

    @Test
    void anchorsAliasesAndMergedMapsWork() throws IOException {
        Environments both = load("""
                x-common: &common {LOG_LEVEL: info, REGION: eu}
                environments:
                  a:
                    variables: *common
                  b:
                    variables:
                      <<: *common
                      LOG_LEVEL: debug
                """);
        assertThat(both.get("a").variables())
                .containsExactly(Map.entry("LOG_LEVEL", "info"), Map.entry("REGION", "eu"));
        assertThat(both.get("b").variables())
                .containsExactlyInAnyOrderEntriesOf(Map.of("LOG_LEVEL", "debug", "REGION", "eu"));
    }

    @Test
    void anAliasBombEndsAtOnce() throws IOException {
        StringBuilder lists = new StringBuilder("x-0: &a0 [x, x]\n");
        StringBuilder maps = new StringBuilder("x-0: &a0 {K0: x}\n");
        for (int i = 1; i < 100; i++) {
            String before = "*a" + (i - 1);
            lists.append(
                    "x-%d: &a%d [%s]\n".formatted(i, i, String.join(", ", List.of(before, before, before, before))));
        }
        for (int i = 1; i < 400; i++) {
            maps.append("x-%d: &a%d {<<: *a%d, K%d: x}\n".formatted(i, i, i - 1, i));
        }
        assertThat(faults(lists + "environments: {a: {branches: *a99}}\n"))
                .allMatch(f -> f.contains("must be the name of a branch"));
        assertThat(faults(maps + "environments: {a: {variables: *a399}}\n"))
                .singleElement()
                .asString()
                .contains("more than 10000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: "})
    void deepNestingIsAFault(String open) throws IOException {
        String close = open.equals("[") ? "]" : "}";
        String yaml = "name: " + open.repeat(5000) + close.repeat(5000);
        assertThat(faults(yaml)).singleElement().asString().contains("levels are nested");
    }

    @Test
    void takesOutputsOfTerraform() throws IOException {
        TerraformOutputs outputs = TerraformOutputs.parse("""
                {"bucket": {"sensitive": false, "type": "string", "value": "b$1"},
                 "arn": {"sensitive": false, "type": "string", "value": "arn:aws:x"}}""");
        Path file = write("file.yaml", """
                name: dev
                variables: {URL: "s3://${terraform.bucket}/x-${terraform.bucket}", OTHER: "${HOME}"}
                secrets: {DB: "aws-sm:${terraform.arn}#url"}
                """);
        Environment dev = Environments.load(file, outputs).get("dev");
        assertThat(dev.variables()).containsEntry("URL", "s3://b$1/x-b$1").containsEntry("OTHER", "${HOME}");
        assertThat(dev.secrets()).containsEntry("DB", SecretRef.parse("aws-sm:arn:aws:x#url"));
    }

    @Test
    void unknownOrSensitiveOutputsAreFaults() throws IOException {
        TerraformOutputs outputs = TerraformOutputs.parse("""
                {"bucket": {"sensitive": false, "type": "string", "value": "b"},
                 "password": {"sensitive": true, "type": "string", "value": "hunter2"}}""");
        Path file = write(
                "file.yaml",
                "name: dev\nvariables:\n  A: ${terraform.buket}\n  B: x${terraform.password}\nsecrets:\n"
                        + "  C: env:${terraform.no}\n");
        PlanInvalidException e =
                catchThrowableOfType(PlanInvalidException.class, () -> Environments.load(file, outputs));
        assertThat(e.faults())
                .extracting(Fault::toString)
                .containsExactly(
                        "file.yaml:3: variables.A = ${terraform.buket}: there is no such output; did you mean 'bucket'?;"
                                + " known are bucket",
                        "file.yaml:4: variables.B = ${terraform.password}: is a sensitive output, which must not become"
                                + " a plain value",
                        "file.yaml:6: secrets.C = ${terraform.no}: there is no such output; known are bucket");
        assertThat(e).message().doesNotContain("hunter2");
        assertThatThrownBy(() -> Environments.load(file)).hasMessageContaining("Environments.load(path, outputs)");
    }

    private Environments load(String yaml) throws IOException {
        return Environments.load(write("file.yaml", yaml));
    }

    private List<String> faults(String yaml) throws IOException {
        Path file = write("file.yaml", yaml);
        PlanInvalidException e = catchThrowableOfType(PlanInvalidException.class, () -> Environments.load(file));
        assertThat(e).as("what is thrown for " + yaml).isNotNull();
        return e.faults().stream().map(Fault::toString).toList();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
