package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;

/** How traffic is shared between the slots, as Service, endpoints and router show it. Pure. */
final class Weights {

    private Weights() {}

    static Traffic of(Snapshot now) {
        Traffic own = ownService(now);
        if (now.split() == null || now.split().preview() == 0) {
            return own;
        }
        int preview = now.split().preview();
        Slot previewed = previewed(now);
        if (previewed == null || own.isNone()) {
            return own;
        }
        int rest = 100 - preview;
        int blue = own.blue() * rest / 100 + (previewed == Slot.BLUE ? preview : 0);
        return new Traffic(blue, 100 - blue);
    }

    /** Returns the slot that the preview Service selects, or null. */
    static @org.jspecify.annotations.Nullable Slot previewed(Snapshot now) {
        if (now.preview() == null) {
            return null;
        }
        String label = Selectors.of(now.preview()).get(Names.SLOT);
        for (Slot slot : Slot.values()) {
            if (App.label(slot).equals(label)
                    || label == null && Selectors.selects(Selectors.of(now.preview()), now.slot(slot))) {
                return slot;
            }
        }
        return null;
    }

    /**
     * Returns how the application's Service shares its requests: by the ready endpoints that the platform lists, because
     * that is where requests go, also while it has not caught up with the selector; by selector where it lists none.
     */
    private static Traffic ownService(Snapshot now) {
        long blue = listed(now, now.blue());
        long green = listed(now, now.green());
        if (blue + green == 0) {
            boolean toBlue =
                    Selectors.selects(now.selector(), now.blue()) && now.blue().desired() > 0;
            boolean toGreen = Selectors.selects(now.selector(), now.green())
                    && now.green().desired() > 0;
            return toBlue == toGreen
                    ? toBlue ? new Traffic(50, 50) : Traffic.NONE
                    : Traffic.all(toBlue ? Slot.BLUE : Slot.GREEN);
        }
        int share = (int) Math.round(100.0 * blue / (blue + green));
        // Nothing and everything are never approximate.
        int shown = green > 0 ? Math.min(99, share) : 100;
        return Traffic.of(Slot.BLUE, blue > 0 ? Math.max(1, shown) : 0);
    }

    private static long listed(Snapshot now, SlotView view) {
        return view.pods().stream()
                .filter(p -> now.endpoints().contains(p.getMetadata().getName()))
                .count();
    }
}
