package io.dpg.deploy.k8s;

import io.dpg.deploy.k8s.internal.journal.ClusterJournal;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Journals that live in the cluster, beside the application: any machine with access to its namespace resumes what
 * another one began. Thread-safe, and made to be shared by processes.
 *
 * <p>Each target has a {@code coordination.k8s.io/v1} Lease that says who holds it until when, which fence is the highest
 * and which rollouts there are. Each rollout has a ConfigMap with its records, further ones for records that are too
 * large for it, and one for its messages. {@code kubectl get leases,configmaps -l dpg-deploy.io/journal} shows them;
 * {@code -l dpg-deploy.io/journal=rollout,dpg-deploy.io/state=open} what is unfinished. They hold plans and what became
 * of them, but no secret value.
 *
 * <p>Of each target the newest {@value #KEPT} finished rollouts are kept, and, for the sake of rollbacks, the newest 10
 * that were promoted and the newest one that moved the database schema, however old. Unfinished ones are always kept.
 *
 * <p>Appending is one request, reading one per rollout (finished ones are remembered), and listing one. Requests that
 * fail, and objects that others change at the same time, are tried again for about 10 seconds, which end in a
 * {@link io.dpg.deploy.DeployException} that may be retried.
 */
public final class KubernetesJournal {

    /** How many finished rollouts of each target are kept: {@value}. */
    public static final int KEPT = 50;

    private KubernetesJournal() {}

    /** Returns the journal in {@code namespace}, reached by {@code client}, which stays the caller's to close. */
    public static Journal in(KubernetesClient client, String namespace) {
        return in(client, namespace, KEPT);
    }

    /**
     * Returns the journal in {@code namespace} that keeps the newest {@code finished} finished rollouts of each target.
     *
     * @throws IllegalArgumentException if {@code finished} is negative
     */
    public static Journal in(KubernetesClient client, String namespace, int finished) {
        if (finished < 0) {
            throw new IllegalArgumentException(
                    "A journal keeps 0 or more finished rollouts, but was given " + finished);
        }
        return new ClusterJournal(client, namespace, finished, Time.system());
    }
}
