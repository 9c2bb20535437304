package io.dpg.deploy.local.agent;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Decides which instance answers a request. Thread-safe; the table is replaced as a whole. */
final class Router {

    /** What every preview path begins with. */
    static final String PREVIEW = "/.dpg/";

    /**
     * Where requests go.
     *
     * @param blue percent to blue
     * @param green percent to green
     * @param live ready instances by slot
     * @param newest those of the newest revision, for the preview
     * @param revisions the newest revision by slot, to blame where no instance is ready
     */
    record Table(
            int blue,
            int green,
            Map<String, List<Backend>> live,
            Map<String, List<Backend>> newest,
            Map<String, String> revisions) {
        static final Table EMPTY = new Table(0, 0, Map.of(), Map.of(), Map.of());

        Table(int blue, int green, Map<String, List<Backend>> live, Map<String, List<Backend>> newest) {
            this(blue, green, live, newest, Map.of());
        }
    }

    /**
     * What was decided for a request.
     *
     * @param slot the slot
     * @param preview whether it came by the preview path, and so does not count
     * @param target what the instance is asked for
     */
    record Route(String slot, boolean preview, String target) {}

    final Stats stats;
    private final Shuffle shuffle = new Shuffle();
    private volatile Table table = Table.EMPTY;

    Router(Stats stats) {
        this.stats = stats;
    }

    void table(Table table) {
        this.table = table;
    }

    /** Returns where {@code request} goes; {@code loopback} says whether its sender is this host. */
    Route route(Request request, boolean loopback) throws HttpFault {
        String target = request.target();
        if (target.startsWith(PREVIEW)) {
            boolean relayed = request.head().value("x-forwarded-for") != null
                    || request.head().value("forwarded") != null;
            if (!loopback || relayed) {
                throw new HttpFault(403, "Previews are open to this host only");
            }
            return preview(target);
        }
        Table now = table;
        if (now.blue + now.green == 0) {
            throw new HttpFault(503, "No release has traffic yet; deploy one");
        }
        int card = shuffle.next();
        return new Route(card < now.blue ? "blue" : "green", false, target);
    }

    private static Route preview(String target) throws HttpFault {
        for (String slot : List.of("blue", "green")) {
            String prefix = PREVIEW + slot;
            if (target.startsWith(prefix)) {
                String rest = target.substring(prefix.length());
                if (rest.isEmpty() || rest.startsWith("?")) {
                    return new Route(slot, true, "/" + rest);
                }
                if (rest.startsWith("/")) {
                    return new Route(slot, true, rest);
                }
            }
        }
        throw new HttpFault(404, "The preview paths are " + PREVIEW + "blue/ and " + PREVIEW + "green/");
    }

    /**
     * Returns where a request goes that no instance of its slot can take: to the other slot where that has a share of
     * its own, else nowhere (null). The failure counts for the first slot all the same.
     */
    @Nullable
    Route instead(Route route, long nanos) {
        Table now = table;
        if (route.preview) {
            return null;
        }
        String revision = now.revisions.get(route.slot);
        if (revision != null) {
            stats.record(route.slot, revision, true, nanos);
        }
        boolean blue = route.slot.equals("blue");
        return (blue ? now.green : now.blue) > 0 ? new Route(blue ? "green" : "blue", false, route.target) : null;
    }

    /** Returns an instance that has counted the request in, not one of {@code excluded}; null where there is none. */
    @Nullable
    Backend pick(Route route, Set<Backend> excluded) {
        while (true) {
            Table now = table;
            List<Backend> all = (route.preview ? now.newest : now.live).getOrDefault(route.slot, List.of());
            Backend best = null;
            int offset = all.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(all.size());
            for (int i = 0; i < all.size(); i++) {
                Backend backend = all.get((i + offset) % all.size());
                if (!excluded.contains(backend) && (best == null || backend.open() < best.open())) {
                    best = backend;
                }
            }
            if (best == null || best.enter()) {
                return best;
            }
            if (table == now) {
                excluded.add(best); // it is closing, and the table that says so is on its way
            }
        }
    }
}
