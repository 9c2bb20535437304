package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that survives the agent, and the file that keeps it. Guarded by the supervisor's lock. */
final class State {

    static final String FILE = "state.json";
    private static final int MOST_KNOWN = 20;

    final SlotState blue = new SlotState("blue");
    final SlotState green = new SlotState("green");
    /** Newest first. */
    final List<Spec> known = new ArrayList<>();

    long fence;
    int port;
    private final Path file;

    State(Path folder) {
        this.file = folder.resolve(FILE);
    }

    List<SlotState> slots() {
        return List.of(blue, green);
    }

    SlotState slot(String name) {
        return name.equals("blue") ? blue : green;
    }

    @Nullable
    Spec spec(@Nullable String revision) {
        return known.stream()
                .filter(spec -> spec.revision().equals(revision))
                .findFirst()
                .orElse(null);
    }

    /** Makes {@code spec} the newest known; forgets the oldest that no slot needs. */
    void remember(Spec spec) {
        known.removeIf(old -> old.revision().equals(spec.revision()));
        known.add(0, spec);
        for (int i = known.size() - 1; i >= 0 && known.size() > MOST_KNOWN; i--) {
            String revision = known.get(i).revision();
            boolean used = slots().stream()
                    .anyMatch(s -> revision.equals(s.revision)
                            || revision.equals(s.target)
                            || s.instances.stream()
                                    .anyMatch(x -> x.spec.revision().equals(revision)));
            if (!used) {
                known.remove(i);
                deleteLogs(revision);
            }
        }
    }

    private void deleteLogs(String revision) {
        try (Stream<Path> logs = Files.list(file.resolveSibling("logs"))) {
            for (Path log : logs.filter(l -> l.getFileName().toString().contains("-" + revision + "-"))
                    .toList()) {
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            // they only take room, and there may be none
        }
    }

    /** Writes everything, so that a crash leaves either the old or the new state. */
    void save() throws IOException {
        Json json = Json.object()
                .put("fence", fence)
                .put("port", port)
                .put("slots", slots().stream().map(SlotState::toJson).toList())
                .put("known", known.stream().map(Spec::toJson).toList());
        Path fresh = file.resolveSibling(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(json.toString().getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads what an earlier agent wrote; instances come without processes, with what is needed to find them. */
    List<Json> load() throws IOException {
        List<Json> instances = new ArrayList<>();
        if (!Files.exists(file)) {
            return instances;
        }
        Json json = Json.parse(Files.readString(file));
        fence = json.number("fence");
        port = json.small("port");
        json.children("known").forEach(spec -> known.add(Spec.of(spec)));
        for (Json saved : json.children("slots")) {
            SlotState slot = slot(saved.text("name"));
            slot.weight = saved.small("weight");
            slot.generation = saved.number("generation");
            slot.desired = saved.small("desired");
            slot.retiring = saved.flag("retiring");
            slot.revision = saved.textOrNull("revision");
            slot.target = saved.textOrNull("target");
            slot.targetCount = saved.small("targetCount");
            slot.numbers = saved.small("numbers");
            for (Json c : saved.children("conditions")) {
                slot.conditions.add(new SlotState.Condition(
                        c.text("reason"), c.text("message"), c.number("generation"), c.flag("fatal"), Clock.nanos()));
            }
            saved.children("instances").forEach(i -> instances.add(i.put("slot", slot.name)));
        }
        return instances;
    }
}
