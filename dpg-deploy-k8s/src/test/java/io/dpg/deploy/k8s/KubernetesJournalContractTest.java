package io.dpg.deploy.k8s;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.testkit.JournalContract;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The promises of every journal, on a real cluster, seen through two clients. */
@NeedsCluster
class KubernetesJournalContractTest extends JournalContract {

    private static TestNamespace namespace;
    private static KubernetesClient otherClient;

    private final Journal journal = KubernetesJournal.in(namespace.client(), namespace.name());
    private final Journal other = KubernetesJournal.in(otherClient, namespace.name());

    @BeforeAll
    static void connect() {
        namespace = new TestNamespace("kstore");
        otherClient = TestNamespace.newClient(b -> b);
    }

    @AfterAll
    static void disconnect() {
        if (namespace != null) {
            otherClient.close();
            namespace.close();
        }
    }

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected Journal seenByAnotherProcess() {
        return other;
    }

    @Override
    protected int kept() {
        return KubernetesJournal.KEPT;
    }
}
