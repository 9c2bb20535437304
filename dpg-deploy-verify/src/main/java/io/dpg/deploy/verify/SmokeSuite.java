package io.dpg.deploy.verify;

import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several checks that are made side by side and count as one:
 *
 * <pre>{@code
 * SmokeSuite.named("smoke")
 *         .add(HttpCheck.get("/health").expectJson("/status", "ok"))
 *         .add(HttpCheck.get("/reports").critical(false))
 *         .concurrency(4)
 * SmokeSuite.load(Path.of("smoke.yaml"))
 * }</pre>
 *
 * <p>The result's {@link CheckResult#parts} are the results of the checks, in the order they were added, whatever the
 * order they ended in. The suite passes where every critical check passed; a failure of another one is told in the
 * message and fails nothing. A suite without checks is an error and no pass.
 *
 * <p>When the suite's time is over, checks that are still running are interrupted and count as failed; those that have
 * not begun are errors. Interrupting the suite interrupts all. When it returns, its threads have ended, unless the code
 * of a check minds no interruption; such a thread is a daemon, is left behind after a second, and is told of.
 *
 * <p>Immutable and as thread-safe as its checks; methods that take a value return a changed copy.
 */
public final class SmokeSuite implements Check {

    /** How many checks are made at a time where nothing else is said: {@value}. */
    public static final int CONCURRENCY = 4;

    /** The most that may be made at a time: {@value}. */
    public static final int MOST_CONCURRENCY = 100;

    private final String name;
    private final List<Check> checks;
    private final int concurrency;
    private final @Nullable Duration within;
    private final boolean critical;

    private SmokeSuite(String name, List<Check> checks, int concurrency, @Nullable Duration within, boolean critical) {
        this.name = name;
        this.checks = List.copyOf(checks);
        this.concurrency = concurrency;
        this.within = within;
        this.critical = critical;
    }

    /**
     * Returns a suite without checks.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public static SmokeSuite named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a suite must not be blank");
        }
        return new SmokeSuite(name, List.of(), CONCURRENCY, null, true);
    }

    /**
     * Loads the suite in the YAML file {@code file}, with secrets from the environment, from files and from what the
     * modules on the class path bring; see {@link #load(Path, Secrets)}.
     *
     * @throws PlanInvalidException if anything is wrong; it lists all of it with line and path, and no secret
     */
    public static SmokeSuite load(Path file) {
        return load(file, Secrets.standard());
    }

    /**
     * Loads the suite in the YAML file {@code file}, of at most 1 MiB. Everything but {@code checks} may be left out:
     *
     * <pre>{@code
     * name: smoke                     # default: the name of the file
     * concurrency: 4                  # checks at a time; default 4
     * within: 5m                      # for all; default what the rollout allows. ms, s, m, h, d or ISO 8601
     * critical: true                  # default true
     * access:                         # of all HTTP checks; a check may have one of its own in its place
     *   bearer: env:SMOKE_TOKEN       # the address of a secret, never its value
     *   # or basic: {user: joe, password: file:/run/secrets/smoke}
     *   trusting: ca.pem              # see HttpAccess; files are named from the folder of this one
     *   clientCertificate: {pem: client.pem, key: client.key}    # or {pkcs12: client.p12, password: env:P12}
     *   proxy: http://proxy:3128      # or {address: …, user: joe, password: env:PROXY_PASSWORD}
     *   headers: {X-Scope-OrgID: shop}
     *   secretHeaders: {X-Api-Key: env:API_KEY}
     *   withoutVerifyingCertificates: true
     * defaults:                       # of all checks, which may have any of these themselves
     *   {timeout: 10s, within: 5m, pause: 200ms, longestPause: 5s, successes: 1, failAfter: 10, critical: true,
     *    failFast: [4xx, refused]}
     * checks:
     *   - name: health                # default: method and path
     *     get: /health                # or post, put, patch, delete, head, options; or request: PURGE /cache
     *     expect:
     *       status: 200               # or 200-299, the default
     *       latency: 500ms
     *       text: [ok, ready]         # one or several
     *       headers: {Content-Type: application/json}
     *       json:                     # by JSON pointer
     *         /status: ok
     *         /queue/depth: {atMost: 100}       # also atLeast, equals, exists: true
     *   - post: /search
     *     json: |                     # checked to be JSON. Or jsonFile: query.json, or body: text and contentType
     *       {"limit": 5, "vector": ${vector:384}}    # 384 numbers; see SampleVector
     *   - tcp: db.internal:5432       # or a port of the group's host, or endpoint
     * }</pre>
     *
     * <p>Names that begin with {@code x-} are left alone; anchors of maps and lists work. All files and secrets are read
     * now, and not again.
     *
     * @throws PlanInvalidException if anything is wrong; it lists all of it with line and path, and no secret
     */
    public static SmokeSuite load(Path file, Secrets secrets) {
        return new SuiteReader(file, secrets).load();
    }

    /** Returns a copy with {@code more} checks behind the others. */
    public SmokeSuite add(Check... more) {
        return addAll(Arrays.asList(more));
    }

    /**
     * Returns a copy with {@code more} checks behind the others.
     *
     * @throws IllegalArgumentException if two have one name, as nobody could tell their results apart
     */
    public SmokeSuite addAll(List<? extends Check> more) {
        List<Check> all = new ArrayList<>(checks);
        all.addAll(more);
        Set<String> names = new HashSet<>();
        for (Check check : all) {
            if (!names.add(Objects.requireNonNull(check, "check").name())) {
                throw new IllegalArgumentException("The suite '" + name + "' has two checks named '" + check.name()
                        + "'; give one of them another name with named(…)");
            }
        }
        return new SmokeSuite(name, all, concurrency, within, critical);
    }

    /**
     * Returns a copy that makes so many checks at a time; default {@value #CONCURRENCY}.
     *
     * @throws IllegalArgumentException if it is not within 1 to {@value #MOST_CONCURRENCY}
     */
    public SmokeSuite concurrency(int atATime) {
        if (atATime < 1 || atATime > MOST_CONCURRENCY) {
            throw new IllegalArgumentException(
                    "concurrency is within 1 to " + MOST_CONCURRENCY + ", but got " + atATime);
        }
        return new SmokeSuite(name, checks, atATime, within, critical);
    }

    /** Returns a copy that takes at most {@code limit} in all; default, and never more than, what the rollout allows. */
    public SmokeSuite within(Duration limit) {
        if (Objects.requireNonNull(limit, "within").isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("within must be positive, but is " + limit);
        }
        return new SmokeSuite(name, checks, concurrency, limit, critical);
    }

    /** Returns a copy that fails the rollout ({@code true}, the default) or is only reported. */
    public SmokeSuite critical(boolean critical) {
        return new SmokeSuite(name, checks, concurrency, within, critical);
    }

    /**
     * Returns {@code result} as a table for people, with a line for each check:
     *
     * <pre>
     * smoke: passed in 1.2 s, 2 of 3 checks passed; …
     *   passed         health   34 ms  1 look   status 200 in 12 ms, as expected
     *   passed         search  210 ms  2 looks  status 200 in 99 ms, as expected
     *   failed (noted) reports    5 s  9 looks  expected status 200, but got 503
     * </pre>
     *
     * <p>"Noted" is a failure of a check that was not critical. Control characters become spaces.
     */
    public static String asTable(CheckResult result) {
        return SuiteTable.of(result);
    }

    /** Returns the checks, in the order they were added. */
    public List<Check> checks() {
        return checks;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean critical() {
        return critical;
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        if (checks.isEmpty()) {
            String message = "the suite has no checks, so it can say nothing";
            return new CheckResult(name, CheckResult.Status.ERROR, message, Duration.ZERO, 0).critical(critical);
        }
        Duration limit = Attempts.limit(context.remaining());
        if (within != null && within.compareTo(limit) < 0) {
            limit = within;
        }
        return new SuiteRun(name, critical, checks, context, limit).run(concurrency);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
