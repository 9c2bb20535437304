package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Approval;
import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.event.AuditTrail;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.EventText;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plants two secrets, lets everything that is not ours quote them, and searches all that was written: files, streams,
 * events, exceptions, what prints.
 */
class SecretLeakTest {

    private static final String PASSWORD = "hunter2/+Gr\u00fcn&x=<y>";
    private static final String TOKEN = "tok-4f9c77d1e0";
    private static final String QUOTE = "login with " + PASSWORD + " and " + TOKEN + " was refused";

    private static final Strategy BRIEF =
            Canary.weights(50, 100).bakeTime(Duration.ofMinutes(1)).finalBakeTime(Duration.ZERO);

    @TempDir
    Path folder;

    private final StringBuilder everything = new StringBuilder();
    private final ByteArrayOutputStream streams = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 4);
    private Deployer deployer;
    private AuditTrail audit;
    private int journalFailures;

    @BeforeEach
    void plant() throws IOException {
        PrintStream captured = new PrintStream(streams, true, StandardCharsets.UTF_8);
        System.setOut(captured);
        System.setErr(captured);
        Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.createDirectory(folder.resolve("written"));
        audit = AuditTrail.to(folder.resolve("written/audit.jsonl"));
        deployer = deployer();
    }

    private Deployer deployer() {
        return Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .journal(new FaultyJournal(
                        Journals.file(folder.resolve("written/journal")), this::failForAMoment, r -> {}))
                .secrets(Secrets.of(
                        SecretSource.environment(Map.of("DATABASE_PASSWORD", PASSWORD)), SecretSource.files()))
                .listener(audit)
                .listener(ConsoleProgress.plain(System.out))
                .listener(ConsoleProgress.live(System.out))
                .listener(this::heard)
                .user("tester")
                .build();
    }

    private void failForAMoment(JournalRecord record) {
        if (journalFailures-- > 0) {
            throw new DeployException(QUOTE, DeployException.Details.NONE.mayRetry(), new IOException(QUOTE));
        }
    }

    private void heard(Event event) {
        everything.append(event).append('\n').append(EventText.of(event)).append('\n');
        if (event instanceof Event.Started started) {
            everything.append(started.plan()).append(started.plan().stable().conditions());
        } else if (event instanceof Event.Finished finished) {
            everything.append(finished.result().summary());
        }
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
        audit.close();
    }

    private RolloutBuilder rollout(io.dpg.deploy.spi.Target on, Strategy strategy) {
        return deployer.rollout(on)
                .release(Release.of("shop", "v2"))
                .strategy(strategy)
                .environment(Environment.named("production")
                        .secret("PASSWORD", "env:DATABASE_PASSWORD")
                        .secret("TOKEN", "file:" + folder.resolve("token"))
                        .build());
    }

    /** Something of other people's that quotes the secrets. */
    private interface Leak {
        RolloutBuilder into(SecretLeakTest test);
    }

    static Stream<Arguments> leaks() {
        return Stream.of(
                leak("nothing", t -> t.simple()),
                leak("a check's exception", t -> t.simple().verify(Checks.asserting("login", c -> {
                    throw new IOException(QUOTE, new IllegalStateException(QUOTE));
                }))),
                leak("a check's failure", t -> t.simple().verify(Checks.asserting("login", c -> {
                    throw new AssertionError(QUOTE);
                }))),
                leak("a report-only check", t -> t.simple().verify(Checks.reportOnly(Checks.asserting("login", c -> {
                    throw new AssertionError(QUOTE);
                })))),
                leak("a hook's exception", t -> t.simple().beforeTraffic("warm", o -> {
                    throw new IllegalStateException(QUOTE);
                })),
                leak("a hook's exception before anything", t -> t.simple().beforeLaunch("warm", o -> {
                    throw new IllegalStateException(QUOTE);
                })),
                leak("a metric source", t -> t.simple().analyze(metric())),
                leak("an analysis that cannot start", t -> t.simple().analyze(new Broken())),
                leak("a gate's decision", t -> t.simple().gate(gate(c -> GateDecision.closed(QUOTE)))),
                leak("a gate's exception", t -> t.simple().gate(gate(c -> {
                    throw new IllegalStateException(QUOTE);
                }))),
                leak("an approver's exception", t -> t.simple()
                        .gate(Approval.of(new ApprovalPolicy(1, Duration.ofMinutes(1), true))
                                .askingOn((request, answer) -> {
                                    throw new IllegalStateException(QUOTE);
                                }))),
                leak("a migration's exception", t -> t.simple().migrate(new Failing())),
                leak("conditions of both groups", t -> t.rollout(t.showingConditions(), BRIEF)),
                leak("a diagnosis", t -> t.rollout(t.diagnosing(), BRIEF).verify(Checks.of("no", () -> false))),
                leak("the platform's refusal", t -> t.rollout(t.refusing(), BRIEF)),
                leak("the journal", t -> {
                    t.journalFailures = 3;
                    return t.simple();
                }),
                leak("a journal that stays away", t -> {
                    t.journalFailures = Integer.MAX_VALUE;
                    return t.simple();
                }),
                leak("the first look at the platform", t -> t.rollout(t.unobservable(), BRIEF)));
    }

    private static Arguments leak(String name, Leak leak) {
        return Arguments.of(name, leak);
    }

    private RolloutBuilder simple() {
        return rollout(target, BRIEF);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leaks")
    void noSecretIsWrittenAnywhere(String name, Leak leak) throws IOException {
        RolloutBuilder builder = leak.into(this);
        time.at(Duration.ofSeconds(30), () -> deployer.approve(target, "ann", QUOTE));
        record(builder::plan);
        record(() -> {
            Rollout rollout = builder.start();
            everything.append(rollout.status()).append(rollout.plan()).append(rollout);
            return rollout.await();
        });
        time.at(Duration.ofSeconds(30), () -> deployer.reject(target, "ann", QUOTE));
        record(() -> builder.execute().orThrow());
        nothingLeaked();
    }

    @Test
    void noSecretIsInWhatWasHandedToTheTarget() throws IOException {
        StringBuilder handed = new StringBuilder();
        Faked faked = new Faked(target) {
            @Override
            public Change launch(Fence fence, GroupRequest request) {
                everything.append(request).append(request.secrets());
                request.secrets().values().forEach(s -> handed.append(s.reveal()));
                return super.launch(fence, request);
            }
        };
        record(() -> rollout(faked, BRIEF).execute());
        assertThat(handed).as("the target itself gets them").contains(PASSWORD, TOKEN);
        nothingLeaked();
    }

    private interface Work {
        Object run() throws Exception;
    }

    /** Keeps what comes of {@code work}, an exception with all its causes included. */
    private void record(Work work) {
        try {
            everything.append(work.run()).append('\n');
        } catch (Exception | AssertionError e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            everything.append(trace);
            if (e instanceof DeployException deploy) {
                everything.append(deploy.remedy()).append(deploy.step());
            }
        }
    }

    private void nothingLeaked() throws IOException {
        assertThat(everything).as("what was kept").hasSizeGreaterThan(500);
        everything.append(streams.toString(StandardCharsets.UTF_8));
        int files = 0;
        try (Stream<Path> written = Files.walk(folder.resolve("written"))) {
            for (Path file : written.filter(Files::isRegularFile).toList()) {
                files++;
                everything.append(file).append(Files.readString(file));
            }
        }
        assertThat(files).as("files searched").isPositive();
        List<String> forms = List.of(
                PASSWORD,
                TOKEN,
                URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(PASSWORD.getBytes(StandardCharsets.UTF_8)),
                "hunter2/+Gr\\u00fcn",
                "hunter2/+Gr\\u00FCn",
                "hunter2");
        for (String form : forms) {
            int at = everything.indexOf(form);
            assertThat(at < 0 ? "" : everything.substring(Math.max(0, at - 200), at + form.length()))
                    .as("text that ends with a secret")
                    .isEmpty();
        }
    }

    private static Metric metric() {
        return Metric.named("errors")
                .from(
                        q -> {
                            throw new IOException(QUOTE);
                        },
                        "errors")
                .below(1);
    }

    private static Gate gate(java.util.function.Function<GateContext, GateDecision> decision) {
        return new Gate() {
            @Override
            public String name() {
                return "report";
            }

            @Override
            public GateDecision evaluate(GateContext context) {
                return decision.apply(context);
            }
        };
    }

    private static final class Broken implements Analysis {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Optional<String> preflight(AnalysisContext context) {
            return Optional.empty();
        }

        @Override
        public Run start(AnalysisContext context) {
            throw new IllegalStateException(QUOTE);
        }
    }

    private static final class Failing implements Migration {
        @Override
        public String name() {
            return "V7";
        }

        @Override
        public void apply() throws Exception {
            throw new java.sql.SQLException(QUOTE);
        }

        @Override
        public boolean compatibleWith(String version) {
            return true;
        }
    }

    private Faked showingConditions() {
        return new Faked(target) {
            @Override
            Group edit(Group group) {
                boolean fatal = group.slot() == io.dpg.deploy.Slot.GREEN;
                return with(group, new Group.Condition("CrashLoop", QUOTE, group.generation(), fatal));
            }
        };
    }

    private Faked diagnosing() {
        return new Faked(target) {
            @Override
            public String diagnose(io.dpg.deploy.Slot slot) {
                return "last lines:\n" + QUOTE;
            }
        };
    }

    private Faked refusing() {
        return new Faked(target) {
            @Override
            public Change launch(Fence fence, GroupRequest request) {
                throw new DeployException(QUOTE, DeployException.Details.NONE.remedy(QUOTE), new IOException(QUOTE));
            }
        };
    }

    private Faked unobservable() {
        return new Faked(target) {
            @Override
            public io.dpg.deploy.Observation observe() {
                throw new DeployException(QUOTE, DeployException.Details.NONE.remedy(QUOTE), new IOException(QUOTE));
            }
        };
    }
}
