package io.dpg.deploy.k8s;

import java.util.concurrent.TimeUnit;

/**
 * The same load on the same application, but nobody rolls out anything: what fails here is the machine's fault.
 *
 * <p>Usage: {@code SoakControl <seconds>}.
 */
public final class SoakControl {

    private SoakControl() {}

    /** Loads; see the class. */
    public static void main(String[] args) throws InterruptedException {
        try (SoakApp app = new SoakApp("ksoak-control")) {
            app.create(Soak.REPLICAS);
            try (SoakLoad load = SoakLoad.on(app.address(), 250)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[0]));
                while (System.nanoTime() < end) {
                    TimeUnit.SECONDS.sleep(10);
                    if (!load.failures().isEmpty()) {
                        System.out.println(load);
                    }
                }
                System.out.println("nothing rolled out: " + load);
            }
        }
    }
}
