package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when something about the application changes: pods, endpoints, Deployments, the Service. One set of watches for
 * all who listen; after the last has gone it is kept for a while, because the next step of a rollout listens again.
 */
public final class Watching implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
    private static final int LINGER_SECONDS = 30;
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS, Runnable::run);

    private final Api api;
    private final Reader reader;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private int use;

    /** Watches what {@code reader} reads. */
    public Watching(Api api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    /** Calls {@code onChange} until the result is closed. */
    public AutoCloseable watch(Runnable onChange) {
        Runnable listener = onChange::run; // one of its own, so that closing takes away this one only
        synchronized (this) {
            use++;
            listeners.add(listener);
            if (informers.isEmpty()) {
                start();
            }
        }
        return () -> leave(listener);
    }

    private synchronized void leave(Runnable listener) {
        if (listeners.remove(listener) && listeners.isEmpty()) {
            int seen = use;
            LATER.execute(() -> stopUnlessUsed(seen));
        }
    }

    private synchronized void stopUnlessUsed(int seen) {
        if (seen == use && listeners.isEmpty()) {
            close();
        }
    }

    private void start() {
        String namespace = api.app().namespace();
        LabelSelector selector = reader.blue().getSpec().getSelector();
        String service = reader.service().getMetadata().getName();
        KubernetesClient client = api.client();
        inform(client.pods().inNamespace(namespace).withLabelSelector(selector));
        inform(reader.slices().of(service));
        inform(client.services().inNamespace(namespace).withField("metadata.name", service));
        for (Slot slot : Slot.values()) { // by name, or each application hears of all others in the namespace
            inform(client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withField("metadata.name", api.app().deployment(slot)));
        }
    }

    private <T> void inform(Informable<T> what) {
        SharedIndexInformer<T> informer = what.runnableInformer(0);
        informer.exceptionHandler((started, failure) -> {
            LOG.debug("A watch of {} failed and is opened again", api.app().key(), failure);
            api.watchLost(failure);
            tell();
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
                tell();
            }

            @Override
            public void onUpdate(T before, T after) {
                tell();
            }

            @Override
            public void onDelete(T object, boolean finalStateUnknown) {
                tell();
            }
        });
        informers.add(informer);
        informer.start();
    }

    private void tell() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.debug("A listener of {} failed", api.app().key(), e);
            }
        }
    }

    @Override
    public synchronized void close() {
        informers.forEach(SharedIndexInformer::close);
        informers.clear();
    }
}
