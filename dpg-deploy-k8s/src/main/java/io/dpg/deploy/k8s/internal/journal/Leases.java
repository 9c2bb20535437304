package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.k8s.internal.JsonPatch;
import io.dpg.deploy.k8s.internal.RawPatch;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.StaleFenceException;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/**
 * The Lease objects of targets. The fence, who holds it until when, and which rollouts there are change in one object,
 * hence together.
 */
final class Leases {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String namespace;

    Leases(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Returns what is known of {@code target}, or empty where nobody ever took its lease. */
    Optional<LeaseState> get(String target) {
        return Optional.ofNullable(object(target).get()).map(l -> LeaseState.of(target, l));
    }

    /**
     * Passes where {@code fence} is the target's highest.
     *
     * @return the state in which it was
     */
    LeaseState check(String target, long fence) {
        Optional<LeaseState> state = get(target);
        Guards.checkFence(target, fence, state.map(LeaseState::fence).orElse(0L));
        return state.orElseThrow();
    }

    /** Creates the lease of {@code target}, taken by {@code owner} with {@code fence}. */
    LeaseState create(String target, String owner, Duration ttl, Instant now, long fence, Index index) {
        return LeaseState.of(
                target,
                client.leases()
                        .inNamespace(namespace)
                        .resource(new LeaseBuilder()
                                .withNewMetadata()
                                .withName(Marks.lease(target))
                                .withNamespace(namespace)
                                .withLabels(Marks.labels("lease"))
                                .addToLabels(Marks.TARGET_HASH, Marks.hash(target))
                                .withAnnotations(Map.of(
                                        Marks.TARGET, target,
                                        Marks.FENCE, String.valueOf(fence),
                                        Marks.EXPIRES, now.plus(ttl).toString(),
                                        Marks.ROLLOUTS, index.text()))
                                .endMetadata()
                                .withNewSpec()
                                .withHolderIdentity(owner)
                                .withLeaseDurationSeconds(seconds(ttl))
                                .withAcquireTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC))
                                .withRenewTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC))
                                .withLeaseTransitions(0)
                                .endSpec()
                                .build())
                        .create());
    }

    /** Takes the lease from the state {@code seen}, or returns empty where it has changed since. */
    Optional<LeaseState> take(String target, LeaseState seen, String owner, Duration ttl, Instant now) {
        JsonPatch patch = new JsonPatch()
                .test(JsonPatch.annotation(Marks.FENCE), String.valueOf(seen.fence()))
                // A renewal meanwhile keeps the fence, and must win.
                .test(JsonPatch.annotation(Marks.EXPIRES), seen.expiry())
                .set(JsonPatch.annotation(Marks.FENCE), String.valueOf(seen.fence() + 1))
                .set("/spec/acquireTime", MICROS.format(now));
        if (!owner.equals(seen.owner())) {
            patch.set("/spec/leaseTransitions", seen.transitions() + 1L);
        }
        return patch(target, until(patch, owner, ttl, now));
    }

    /** Makes {@code lease} last longer, or returns empty where its fence is not the highest. */
    Optional<LeaseState> renew(Lease lease, Duration ttl, Instant now) {
        return patch(lease.target(), until(ifHighest(lease.fence()), lease.owner(), ttl, now));
    }

    /** Gives {@code lease} back, where its fence is the highest. */
    void release(Lease lease) {
        patch(
                lease.target(),
                ifHighest(lease.fence())
                        .set("/spec/holderIdentity", null)
                        .set(JsonPatch.annotation(Marks.EXPIRES), ""));
    }

    /**
     * Replaces the list of rollouts, in the state {@code seen}.
     *
     * @return whether it had not changed since
     */
    boolean replace(String target, LeaseState seen, Index index) {
        return patch(
                        target,
                        ifHighest(new Fence(seen.fence()))
                                .test(JsonPatch.annotation(Marks.ROLLOUTS), seen.rollouts())
                                .set(JsonPatch.annotation(Marks.ROLLOUTS), index.text()))
                .isPresent();
    }

    /** Explains why {@code lease} could not be renewed, or returns where it was for nothing that lasts. */
    void explain(Lease lease) {
        String target = lease.target();
        LeaseState now = get(target)
                .orElseThrow(() -> new StaleFenceException(
                        target, lease.fence().number(), lease.fence().number() + 1));
        Guards.checkFence(target, lease.fence().number(), now.fence());
    }

    private static JsonPatch ifHighest(Fence fence) {
        return new JsonPatch().test(JsonPatch.annotation(Marks.FENCE), String.valueOf(fence.number()));
    }

    private static JsonPatch until(JsonPatch patch, String owner, Duration ttl, Instant now) {
        return patch.set(JsonPatch.annotation(Marks.EXPIRES), now.plus(ttl).toString())
                .set("/spec/holderIdentity", owner)
                .set("/spec/leaseDurationSeconds", seconds(ttl))
                .set("/spec/renewTime", MICROS.format(now));
    }

    private Optional<LeaseState> patch(String target, JsonPatch patch) {
        try {
            return Optional.of(LeaseState.of(
                    target,
                    RawPatch.send(
                            client,
                            "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + Marks.lease(target),
                            patch,
                            io.fabric8.kubernetes.api.model.coordination.v1.Lease.class)));
        } catch (KubernetesClientException e) {
            if (ApiFault.isFailedTest(e) || ApiFault.isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Resource<io.fabric8.kubernetes.api.model.coordination.v1.Lease> object(String target) {
        return client.leases().inNamespace(namespace).withName(Marks.lease(target));
    }

    /** At least 1, as the API server wants; the exact end is in an annotation. */
    private static int seconds(Duration ttl) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, ttl.plusMillis(999).toSeconds()));
    }
}
