package io.dpg.deploy.aws.internal.journal;

import static io.dpg.deploy.aws.internal.journal.Table.number;
import static io.dpg.deploy.aws.internal.journal.Table.text;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The item of each target: its lease, its fence and its rollouts. */
final class Targets {

    private static final String SORT = "target";
    private static final Map<String, String> NAMES = Map.of("#fence", "fence", "#owner", "owner", "#until", "until");
    private static final Map<String, String> LISTS =
            Map.of("#fence", "fence", "#revision", "revision", "#begun", "begun", "#open", "open", "#ended", "ended");

    private final Table table;

    Targets(Table table) {
        this.table = table;
    }

    private static String key(String target) {
        return "target#" + target;
    }

    Optional<TargetState> get(String target) {
        return table.get("read the lease of " + target, key(target), SORT).map(item -> state(target, item));
    }

    private static TargetState state(String target, Map<String, AttributeValue> item) {
        try {
            return new TargetState(
                    Long.parseLong(item.get("fence").n()),
                    item.containsKey("owner") ? item.get("owner").s() : null,
                    item.containsKey("until") ? Instant.parse(item.get("until").s()) : null,
                    Long.parseLong(item.get("revision").n()),
                    Long.parseLong(item.get("begun").n()),
                    Entries.read(item.get("open").s()),
                    Entries.read(item.get("ended").s()));
        } catch (RuntimeException e) {
            throw new DeployException(
                    "Tried to read the lease of " + target + ", but its item in the journal is damaged",
                    Details.NONE
                            .at(AwsFault.PROVIDER, target)
                            .remedy("make sure that no process acts on the target, then remove the item "
                                    + key(target)),
                    e);
        }
    }

    /** Makes the item, with its first lease; false where somebody else just did. */
    boolean create(Lease lease) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(Table.KEY, text(key(lease.target())));
        item.put(Table.SORT, text(SORT));
        item.put("fence", number(lease.fence().number()));
        item.put("owner", text(lease.owner()));
        item.put("until", text(lease.expires().toString()));
        item.put("revision", number(0));
        item.put("begun", number(0));
        item.put("open", text(Entries.write(List.of())));
        item.put("ended", text(Entries.write(List.of())));
        return table.put("acquire the lease of " + lease.target(), item, "attribute_not_exists(pk)", Map.of());
    }

    /** Gives {@code lease} where the one {@code seen} is still there unchanged, not even renewed. */
    boolean take(TargetState seen, Lease lease) {
        Map<String, AttributeValue> values = new HashMap<>(leaseValues(lease));
        values.put(":seen", number(seen.fence()));
        String condition = "#fence = :seen AND attribute_not_exists(#owner)";
        if (seen.owner() != null && seen.until() != null) {
            condition = "#fence = :seen AND #owner = :before AND #until = :passed";
            values.put(":before", text(seen.owner()));
            values.put(":passed", text(seen.until().toString()));
        }
        return table.update(
                "acquire the lease of " + lease.target(),
                key(lease.target()),
                SORT,
                "SET #fence = :fence, #owner = :owner, #until = :until",
                condition,
                NAMES,
                values);
    }

    Optional<Lease> renew(Lease lease, Duration ttl, Instant now) {
        Lease renewed = new Lease(lease.target(), lease.owner(), lease.fence(), now.plus(ttl));
        return table.update(
                        "renew the lease of " + lease.target(),
                        key(lease.target()),
                        SORT,
                        "SET #owner = :owner, #until = :until",
                        "#fence = :fence",
                        NAMES,
                        leaseValues(renewed))
                ? Optional.of(renewed)
                : Optional.empty();
    }

    void release(Lease lease) {
        table.update(
                "release the lease of " + lease.target(),
                key(lease.target()),
                SORT,
                "REMOVE #owner, #until",
                "#fence = :fence",
                NAMES,
                Map.of(":fence", number(lease.fence().number())));
    }

    /** Writes the lists of {@code after}, where they are still those of {@code before} and {@code fence} is the highest. */
    boolean replace(String what, String target, long fence, TargetState before, TargetState after) {
        Map<String, AttributeValue> values = Map.of(
                ":fence", number(fence),
                ":before", number(before.revision()),
                ":revision", number(after.revision()),
                ":begun", number(after.begun()),
                ":open", text(Entries.write(after.open())),
                ":ended", text(Entries.write(after.ended())));
        return table.update(
                what,
                key(target),
                SORT,
                "SET #revision = :revision, #begun = :begun, #open = :open, #ended = :ended",
                "#fence = :fence AND #revision = :before",
                LISTS,
                values);
    }

    private static Map<String, AttributeValue> leaseValues(Lease lease) {
        return Map.of(
                ":fence", number(lease.fence().number()),
                ":owner", text(lease.owner()),
                ":until", text(lease.expires().toString()));
    }
}
