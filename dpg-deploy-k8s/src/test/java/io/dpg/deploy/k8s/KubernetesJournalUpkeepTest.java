package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What people and time do to a journal in the cluster: deletions, damage, old rollouts, floods of messages. */
@NeedsCluster
class KubernetesJournalUpkeepTest extends JournalScenario {

    @Test
    void aLeaseThatSomebodyDeletedIsMadeAnewFromTheRollouts() {
        long fence = take(journal, "a", NOW);
        journal.append(record(0, fence, Kind.STARTED));
        namespace.client().resource(leaseObject()).delete();
        assertThat(other.holder(target)).isEmpty();
        long next = take(other, "b", NOW);
        assertThat(next).isGreaterThan(fence);
        assertThat(other.rollouts(target)).containsExactly(rollout);
        assertThatThrownBy(() -> journal.append(record(1, fence, Kind.INTENT))).isInstanceOf(StaleFenceException.class);
        other.append(record(1, next, Kind.TAKEN_OVER));
    }

    @Test
    void aDeletedJournalDoesNotGiveOutItsFencesAgain() {
        Lease lease = journal.acquire(target, "a", TTL, NOW).orElseThrow();
        namespace.client().resource(leaseObject()).delete();
        assertThatThrownBy(() -> journal.renew(lease, TTL, NOW)).isInstanceOf(StaleFenceException.class);
        assertThat(take(journal, "a", NOW.plusSeconds(1)))
                .isGreaterThan(lease.fence().number());
    }

    @Test
    void aRolloutThatSomebodyDeletedIsGone() {
        long fence = take(journal, "a", NOW);
        journal.append(record(0, fence, Kind.STARTED));
        namespace.client().resource(head()).delete();
        assertThat(other.read(rollout)).isEmpty();
        take(other, "b", NOW.plus(TTL));
        assertThat(other.rollouts(target)).isEmpty();
    }

    @Test
    void aDamagedLeaseIsToldAndNotTaken() {
        take(journal, "a", NOW);
        namespace
                .client()
                .resource(leaseObject())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"dpg-deploy.io/fence\":\"x\"}}}");
        assertThatThrownBy(() -> journal.acquire(target, "a", TTL, NOW))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining(target);
    }

    @Test
    void oldRolloutsGoWithTheirMessagesAndParts() {
        Journal keepsTwo = KubernetesJournal.in(wired, namespace.name(), 2);
        long fence = take(keepsTwo, "a", NOW);
        String large = "x".repeat(1_200_000);
        for (int i = 0; i < 6; i++) {
            String id = rollout + "-" + i;
            Map<String, String> ended = i == 1 ? Map.of("outcome", "Promoted", "log", large) : Map.of("log", large);
            keepsTwo.append(new JournalRecord(id, target, 0, fence, NOW, Kind.STARTED, Map.of("plan", large)));
            keepsTwo.post(id, new Message(Message.Kind.PAUSE, "a", "", NOW));
            keepsTwo.append(new JournalRecord(id, target, 1, fence, NOW, Kind.FINISHED, ended));
        }
        assertThat(other.rollouts(target)).containsExactly(rollout + "-1", rollout + "-4", rollout + "-5");
        assertThat(other.read(rollout + "-0")).isEmpty();
        assertThat(other.messages(rollout + "-0")).isEmpty();
        assertThat(other.read(rollout + "-5").get(1).data()).containsEntry("log", large);
        assertThat(other.messages(rollout + "-5")).hasSize(1);
        // The API server's own collector removes the parts.
        namespace
                .client()
                .configMaps()
                .inNamespace(namespace.name())
                .withLabel("dpg-deploy.io/journal", "part")
                .informOnCondition(parts -> parts.stream()
                        .noneMatch(p -> p.getMetadata().getAnnotations().containsValue(rollout + "-0")))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void peopleFindWhatIsUnfinished() {
        long fence = take(journal, "a", NOW);
        journal.append(record(0, fence, Kind.STARTED));
        assertThat(open()).contains(rollout);
        journal.append(record(1, fence, Kind.FINISHED));
        assertThat(open()).doesNotContain(rollout);
    }

    @Test
    void aRecordOrMessageWithoutBoundsIsRefusedAtOnce() {
        long fence = take(journal, "a", NOW);
        Map<String, String> huge = Map.of("plan", "x".repeat(9_000_000));
        assertThatThrownBy(() -> journal.append(new JournalRecord(rollout, target, 0, fence, NOW, Kind.STARTED, huge)))
                .isInstanceOf(IllegalArgumentException.class);
        Message message = new Message(Message.Kind.ABORT, "a", "x".repeat(100_000), NOW);
        assertThatThrownBy(() -> journal.post(rollout, message)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noAmountOfMessagesKeepsTheNextOneOut() {
        List<String> comments = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            comments.add(i + "x".repeat(50_000));
            journal.post(rollout, new Message(Message.Kind.PAUSE, "a", comments.get(i), NOW));
        }
        assertThat(other.messages(rollout)).extracting(Message::comment).isEqualTo(comments);
    }

    @Test
    void anUnreachableServerIsAFaultThatMayBeRetried() {
        try (KubernetesClient gone = TestNamespace.newClient(b -> b.editOrNewConfig()
                .withMasterUrl("https://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .endConfig())) {
            Journal unreachable = KubernetesJournal.in(gone, namespace.name());
            assertThatThrownBy(() -> unreachable.holder(target))
                    .isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.retryable())
                            .isTrue())
                    .hasMessageContaining("no answer");
        }
    }
}
