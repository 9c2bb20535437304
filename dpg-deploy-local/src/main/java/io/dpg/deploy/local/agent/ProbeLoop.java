package io.dpg.deploy.local.agent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks an instance whether it is ready: often until it is, then each second. Also notices that it has ended. */
final class ProbeLoop implements Runnable {

    private static final long OFTEN_MILLIS = 25;
    private static final long SELDOM_MILLIS = 1_000;

    private final Supervisor supervisor;
    private final Instance instance;
    private final OsProcess process;
    private final String id;
    private final Runnable onExit;
    private final CountDownLatch ended;

    ProbeLoop(Supervisor supervisor, Instance instance, OsProcess process, Runnable onExit) {
        this.supervisor = supervisor;
        this.instance = instance;
        this.process = process;
        this.id = instance.id;
        this.onExit = onExit;
        this.ended = instance.ended;
    }

    @Override
    public void run() {
        try {
            long pause = 0;
            while (!ended.await(pause, TimeUnit.MILLISECONDS)) {
                String fault = Probe.fault(instance.port, instance.spec.readyPath());
                if (!process.alive()) {
                    onExit.run(); // of an adopted process nothing else tells soon enough
                    return;
                }
                supervisor.probed(instance, id, fault);
                pause = fault == null ? SELDOM_MILLIS : OFTEN_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
