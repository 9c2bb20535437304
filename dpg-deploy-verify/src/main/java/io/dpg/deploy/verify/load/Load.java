package io.dpg.deploy.verify.load;

import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.HttpAccess;
import io.dpg.deploy.verify.internal.Sent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Requests to send to a server, and how many:
 *
 * <pre>{@code
 * LoadResult result = Load.get("/search").rate(200).duration(Duration.ofSeconds(10)).run(server);
 * LoadResult mixed = Load.get("/orders").thenPost("/orders").json("{\"item\":1}").concurrency(8).run(server);
 * }</pre>
 *
 * <p><b>{@link #rate} is an open model:</b> requests start at fixed times, whatever becomes of those before, as users do.
 * A latency counts from the time at which the request <em>should</em> have started: a server that stalls for a second
 * shows in the latencies of all who came in that second ("coordinated omission" is corrected by construction). A request
 * that cannot be sent, as all {@link #connections} are busy for as long as its timeout, is a failure and not forgotten.
 *
 * <p><b>{@link #concurrency} is a closed model:</b> so many requests at a time, the next when one is answered. It finds
 * out how much a server can do and says little about latency.
 *
 * <p>Nothing is sent twice, redirects are not followed, and cookies not kept, so that each failure a user would see is
 * counted; also those of servers that close a kept connection just when the next request is on its way ({@code broken}).
 * Connections are kept and used again. HTTP/1.1; bodies of answers are read and thrown away.
 *
 * <p><b>Bounds.</b> A load sends at most {@value #MOST_RATE} requests a second (a closed one too) for at most 10
 * minutes, unless {@link #allowing} says that more is meant. It ends at the latest two {@link #timeout}s after its last
 * request was due, and at once when interrupted. It uses the calling thread and two of its own, and leaves neither
 * threads nor connections behind. Memory is bounded by {@link #connections} and does not grow with time.
 *
 * <p>For checks at the level of smoke tests, and for tests: a generator on one host that shares it with others is no
 * benchmark. {@link LoadResult#ownDelay} says how late it was itself.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class Load {

    /** How many requests a second a load may send unless {@link #allowing} says otherwise: {@value}. */
    public static final int MOST_RATE = 1_000;

    /** How long a load may take, warm-up included, unless {@link #allowing} says otherwise: 10 minutes. */
    public static final Duration MOST_DURATION = Duration.ofMinutes(10);

    static final int DEFAULT_RATE = 10;
    static final int LAST_RATE = 100_000;
    static final int LAST_CONNECTIONS = 10_000;
    static final Duration LAST_DURATION = Duration.ofDays(1);

    private final List<Shot> shots;
    private final List<Sent> headers;
    private final HttpAccess access;
    private final Profile profile;

    private Load(List<Shot> shots, List<Sent> headers, HttpAccess access, Profile profile) {
        this.shots = List.copyOf(shots);
        this.headers = List.copyOf(headers);
        this.access = access;
        this.profile = profile;
    }

    /** Returns a load that gets {@code path}; see {@link #request}. */
    public static Load get(String path) {
        return request("GET", path);
    }

    /** Returns a load that posts to {@code path}, an empty body unless one is set; see {@link #request}. */
    public static Load post(String path) {
        return request("POST", path);
    }

    /**
     * Returns a load that sends {@code method}.
     *
     * @param path appended to the path of the server: {@code /search} on {@code http://host/green/} asks for
     *     {@code /green/search}. May have a query
     * @throws IllegalArgumentException if the path is no path, such as a whole URL or one with spaces
     */
    public static Load request(String method, String path) {
        return new Load(List.of(Shot.of(method, path)), List.of(), HttpAccess.standard(), Profile.DEFAULT);
    }

    /** Returns a copy that also gets {@code path}; see {@link #then}. */
    public Load thenGet(String path) {
        return then("GET", path);
    }

    /** Returns a copy that also posts to {@code path}; see {@link #then}. */
    public Load thenPost(String path) {
        return then("POST", path);
    }

    /** Returns a copy with another request. Requests are sent in turn, at the rate of the load as a whole. */
    public Load then(String method, String path) {
        List<Shot> more = new ArrayList<>(shots);
        more.add(Shot.of(method, path));
        return new Load(more, headers, access, profile);
    }

    /** Returns a copy whose last request sends these bodies in turn, as JSON; at most 16 MiB in all. */
    public Load json(String... bodies) {
        return last(last().json(List.of(bodies)));
    }

    /** Returns a copy whose last request expects this status; default 200 to 299. */
    public Load status(int status) {
        return status(status, status);
    }

    /** Returns a copy whose last request expects a status within these, both included; default 200 to 299. */
    public Load status(int from, int to) {
        return last(last().status(from, to));
    }

    /**
     * Returns a copy whose requests all also send the header {@code name}, in place of any of that name of the
     * {@link #access}.
     */
    public Load header(String name, String value) {
        return header(Sent.plain(name, value));
    }

    /** Returns a copy whose requests all also send the header {@code name}, whose value appears in no message. */
    public Load header(String name, Secret value) {
        return header(Sent.secret(name, value));
    }

    private Load header(Sent header) {
        List<Sent> more = new ArrayList<>(headers);
        more.add(header);
        return new Load(shots, more, access, profile);
    }

    /** Returns a copy that reaches the server in this way: credentials, trusted certificates, a proxy. */
    public Load access(HttpAccess access) {
        return new Load(shots, headers, access, profile);
    }

    /**
     * Returns a copy that sends so many requests a second, all kinds together. Default, where no concurrency is set
     * either: 10.
     *
     * @throws IllegalArgumentException if it is not positive, or a concurrency is set
     */
    public Load rate(double perSecond) {
        return with(profile.rate(perSecond));
    }

    /**
     * Returns a copy that has so many requests under way at a time.
     *
     * @throws IllegalArgumentException if it is not positive, or a rate is set
     */
    public Load concurrency(int requests) {
        return with(profile.concurrency(requests));
    }

    /** Returns a copy that sends for so long, after its warm-up; default 10 seconds. */
    public Load duration(Duration duration) {
        return with(profile.duration(duration));
    }

    /** Returns a copy that ends early once it has sent so many requests after its warm-up; default no such limit. */
    public Load count(long requests) {
        return with(profile.count(requests));
    }

    /** Returns a copy whose first requests, for so long, are sent and not counted; default 1 second. */
    public Load warmUp(Duration warmUp) {
        return with(profile.warmUp(warmUp));
    }

    /**
     * Returns a copy that gives a request so long, from when it is sent to the last byte of the answer, and waits as long
     * for a free connection before; default 10 seconds.
     */
    public Load timeout(Duration timeout) {
        return with(profile.timeout(timeout));
    }

    /** Returns a copy of which an open load has at most so many connections; default 256. */
    public Load connections(int most) {
        return with(profile.connections(most));
    }

    /**
     * Returns a copy that may send up to {@code perSecond} requests for up to {@code duration}, in place of
     * {@value #MOST_RATE} and 10 minutes. Ask the owner of the server first.
     */
    public Load allowing(int perSecond, Duration duration) {
        return with(profile.allowing(perSecond, duration));
    }

    /**
     * Sends the load to {@code server} on this thread, and returns what became of it.
     *
     * @param server such as {@code http://127.0.0.1:8080}; user info, query and fragment are not used
     * @throws IllegalArgumentException if the load is above what is allowed, or the server is no http or https address
     * @throws InterruptedException if this thread is interrupted; the load has stopped then
     */
    public LoadResult run(URI server) throws InterruptedException {
        return engine(server, Time.system()).run(LAST_DURATION);
    }

    /** Sends the load within {@code most}: what is under way then has failed. */
    LoadResult run(URI server, Duration most) throws InterruptedException {
        return engine(server, Time.system()).run(most);
    }

    /**
     * Sends the load to {@code server} on a thread of its own.
     *
     * @param server see {@link #run(URI)}
     * @throws IllegalArgumentException see {@link #run(URI)}
     */
    public RunningLoad start(URI server) {
        return RunningLoad.start(engine(server, Time.system()), toString());
    }

    private LoadEngine engine(URI server, Time time) {
        return new LoadEngine(shots, access.transport().asynchronous(headers), profile.checked(), server, time);
    }

    Profile profile() {
        return profile.checked();
    }

    private Shot last() {
        return shots.get(shots.size() - 1);
    }

    private Load last(Shot other) {
        List<Shot> changed = new ArrayList<>(shots);
        changed.set(changed.size() - 1, other);
        return new Load(changed, headers, access, profile);
    }

    private Load with(Profile other) {
        return new Load(shots, headers, access, other);
    }

    /** Returns the requests, such as {@code GET /search, POST /orders}. */
    @Override
    public String toString() {
        return shots.stream().map(Shot::toString).collect(Collectors.joining(", "));
    }
}
