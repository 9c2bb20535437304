package io.dpg.deploy.local;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Observation;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.local.agent.Json;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Target;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Groups of processes of this host behind a small reverse proxy.
 *
 * <p>An <em>agent</em>, a process of its own, runs the proxy and the instances. It is started by the first call that
 * needs it, and goes on when this JVM ends, so that deployer and traffic die separately. There is one agent for each
 * state folder, which holds all it knows, with the instances' output below {@code logs/}. If it dies, the next call
 * starts another one, which adopts the instances that still run. {@link #shutdown()} ends everything.
 *
 * <p>Instances inherit {@code PATH}, {@code HOME} and the like, and see the variables and secrets given; nothing else of
 * the deployer's environment. Resource limits are not enforced.
 *
 * <p>Thread-safe and immutable. Calls take milliseconds, and at most some 30 seconds where the agent must be started and
 * the host is overloaded.
 */
public final class LocalTarget implements Target {

    private final Settings settings;
    private final Templates templates;
    private final AgentClient agent;
    private final Journal journal;

    private LocalTarget(Settings settings) {
        this.settings = settings;
        this.templates = new Templates(settings);
        this.agent = new AgentClient(settings);
        this.journal = Journals.file(settings.folder().resolve("journal"));
    }

    /** Returns a builder of the target whose state is in {@code folder}, which is created where missing. */
    public static Builder in(Path folder) {
        return new Builder(Settings.real(folder));
    }

    @Override
    public String key() {
        return settings.key();
    }

    @Override
    public Set<Capability> capabilities() {
        return Collections.unmodifiableSet(EnumSet.of(
                Capability.TWO_GROUPS,
                Capability.WEIGHTED_TRAFFIC,
                Capability.PREVIEW_ENDPOINT,
                Capability.IN_PLACE_UPDATE));
    }

    @Override
    public Observation observe() {
        if (!agent.expectsAgent()) {
            return Observation.EMPTY;
        }
        Json answer = agent.call(command("observe"));
        return new Observation(
                answer.children("groups").stream().map(LocalTarget::group).toList());
    }

    @Override
    public AutoCloseable watch(Runnable onChange) {
        return new Watcher(agent, onChange).start();
    }

    @Override
    public void claim(Fence fence) {
        agent.change(fence.number(), command("claim"));
    }

    @Override
    public Change launch(Fence fence, GroupRequest request) {
        return change(fence, request(command("launch"), request));
    }

    @Override
    public Change update(Fence fence, GroupRequest request) {
        return change(fence, request(command("update"), request));
    }

    @Override
    public Change scale(Fence fence, Slot slot, int instances) {
        if (instances < 0) {
            throw new IllegalArgumentException("instances must not be negative, but is " + instances);
        }
        return change(fence, command("scale").put("slot", name(slot)).put("instances", instances));
    }

    @Override
    public void route(Fence fence, Traffic traffic) {
        agent.change(
                fence.number(), command("route").put("blue", traffic.blue()).put("green", traffic.green()));
    }

    @Override
    public void retire(Fence fence, Slot slot) {
        if (agent.expectsAgent()) {
            agent.change(fence.number(), command("retire").put("slot", name(slot)));
        }
    }

    @Override
    public Optional<URI> endpoint(Slot slot) {
        return base().map(base -> base.resolve(".dpg/" + name(slot) + "/"));
    }

    /** Returns where users reach the application; empty before the first launch where the port is to be picked. */
    @Override
    public Optional<URI> liveEndpoint() {
        return base();
    }

    @Override
    public String diagnose(Slot slot) {
        return agent.expectsAgent()
                ? agent.call(command("diagnose").put("slot", name(slot))).text("text")
                : "Nothing was ever launched in " + settings.folder() + ".";
    }

    @Override
    public List<Known> history() {
        return !agent.everStarted()
                ? List.of()
                : agent.call(command("history")).children("known").stream()
                        .map(k -> new Known(new Revision(k.text("revision")), k.text("version")))
                        .toList();
    }

    @Override
    public List<Fault> validate(Release release, Environment environment) {
        return templates.faults(release);
    }

    /** Returns the journal in the folder {@code journal} of the state folder. */
    @Override
    public Optional<Journal> journal() {
        return Optional.of(journal);
    }

    /**
     * Returns what the proxy counted of the requests of users, previews not included, over at most the last hour and
     * since the agent began: {@code error-ratio} (answers 5xx and requests that failed, of all), {@code latency-p50},
     * {@code latency-p95} and {@code latency-p99} (seconds until the head of the answer, within 7 %), and
     * {@code requests}. Each reading is one sample over the time asked for, to the second.
     */
    public MetricSource metrics() {
        return new LocalMetrics(agent);
    }

    /**
     * Stops all instances, drained, and the agent with its proxy; nothing where none runs. What is known of releases
     * stays in the folder. Waits until all have ended, at most twice the drain time and 30 seconds.
     *
     * @throws DeployException if they do not end
     */
    public void shutdown() {
        if (!agent.expectsAgent()) {
            return;
        }
        long pid = agent.call(command("about")).number("pid");
        agent.call(command("shutdown"));
        try {
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            if (process.isPresent()) {
                long millis = settings.drainTime().toMillis() * 2 + 30_000;
                process.get().onExit().get(millis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new DeployException(
                    "Tried to shut " + key() + " down, but its agent, process " + pid + ", has not ended",
                    DeployException.Details.NONE
                            .at("local", key())
                            .remedy("look into " + settings.folder().resolve("agent.log"))
                            .mayRetry(),
                    e);
        }
    }

    private Change change(Fence fence, Json request) {
        Json answer = agent.change(fence.number(), request);
        return new Change(new Revision(answer.text("revision")), answer.number("generation"));
    }

    private Json request(Json command, GroupRequest request) {
        Map<String, String> secrets = new LinkedHashMap<>();
        request.secrets().forEach((name, secret) -> secrets.put(name, secret.reveal()));
        command.put("slot", name(request.slot()))
                .put("instances", request.instances())
                .put("secrets", secrets);
        Revision revision = request.revision();
        if (revision != null) {
            return command.put("revision", revision.id());
        }
        List<Fault> faults = templates.faults(request.release());
        if (!faults.isEmpty()) {
            throw new PlanInvalidException("launch " + request.release(), faults);
        }
        return command.put("spec", templates.spec(request));
    }

    private Optional<URI> base() {
        int port = settings.port();
        if (agent.expectsAgent()) {
            port = agent.call(command("about")).small("proxyPort");
        }
        String host = settings.address().equals("0.0.0.0") ? "127.0.0.1" : settings.address();
        return port == 0 ? Optional.empty() : Optional.of(URI.create("http://" + host + ":" + port + "/"));
    }

    private static Group group(Json json) {
        Json inPlace = json.child("inPlace");
        return new Group(
                Slot.valueOf(json.text("slot").toUpperCase(Locale.ROOT)),
                json.text("version"),
                new Revision(json.text("revision")),
                json.small("desired"),
                json.small("ready"),
                json.small("weight"),
                json.number("generation"),
                json.children("conditions").stream()
                        .map(c -> new Group.Condition(
                                c.text("reason"), c.text("message"), c.number("generation"), c.flag("fatal")))
                        .toList(),
                inPlace == null
                        ? null
                        : new Group.InPlace(
                                inPlace.text("version"),
                                new Revision(inPlace.text("revision")),
                                inPlace.small("updated")),
                json.small("open"));
    }

    private static Json command(String command) {
        return Json.object().put("command", command);
    }

    private static String name(Slot slot) {
        return slot.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return key();
    }

    /** Collects the settings of a target. Not thread-safe. */
    public static final class Builder {
        private final Path folder;
        private List<String> command = List.of();
        private final Map<String, String> variables = new LinkedHashMap<>();
        private Path directory = Path.of("").toAbsolutePath();
        private String address = "127.0.0.1";
        private int port;
        private @Nullable String readyPath;
        private Duration drainTime = Duration.ofSeconds(10);

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** Sets the command line; see {@link #command(List)}. */
        public Builder command(String... command) {
            return command(List.of(command));
        }

        /**
         * Sets the command line of an instance; required. {@code {port}} is the port to listen on, on the loopback
         * address; {@code {version}}, {@code {application}} and <code>{name}</code> for each setting of the release are
         * filled in too.
         */
        public Builder command(List<String> command) {
            this.command = List.copyOf(command);
            return this;
        }

        /**
         * Adds a plain variable, which one of the same name of the environment overrides. The placeholders of the command
         * line are filled in; unknown ones stay.
         */
        public Builder variable(String variable, String value) {
            variables.put(variable, value);
            return this;
        }

        /** Sets the working directory of instances; default: that of this JVM. */
        public Builder directory(Path directory) {
            this.directory = directory.toAbsolutePath().normalize();
            return this;
        }

        /** Sets the address on which the proxy listens; default {@code 127.0.0.1}. Previews stay open to this host only. */
        public Builder address(String address) {
            this.address = Objects.requireNonNull(address, "address");
            return this;
        }

        /** Sets the port on which users reach the application; default 0: a free one, picked once and kept. */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be within 0 and 65535, but is " + port);
            }
            this.port = port;
            return this;
        }

        /** Takes an instance for ready when it answers {@code GET path} with 2xx. */
        public Builder readyHttp(String path) {
            if (!path.matches("/[!-~]*")) {
                throw new IllegalArgumentException(
                        "The path must begin with / and hold no space, but is '" + path + "'");
            }
            this.readyPath = path;
            return this;
        }

        /** Takes an instance for ready when it accepts connections; the default. */
        public Builder readyTcp() {
            this.readyPath = null;
            return this;
        }

        /**
         * Sets how long the open requests of an instance that stops may take, and then how long it may take to end after
         * SIGTERM before SIGKILL follows; default 10 seconds.
         */
        public Builder drainTime(Duration drainTime) {
            if (drainTime.isNegative()) {
                throw new IllegalArgumentException("drainTime must not be negative, but is " + drainTime);
            }
            this.drainTime = drainTime;
            return this;
        }

        /**
         * Returns the target; starts nothing.
         *
         * @throws IllegalArgumentException if there is no command
         */
        public LocalTarget build() {
            if (command.isEmpty()) {
                throw new IllegalArgumentException("A local target needs a command line; call command(…)");
            }
            return new LocalTarget(new Settings(
                    folder,
                    new ArrayList<>(command),
                    Collections.unmodifiableMap(new LinkedHashMap<>(variables)),
                    directory,
                    address,
                    port,
                    readyPath,
                    drainTime));
        }
    }
}
