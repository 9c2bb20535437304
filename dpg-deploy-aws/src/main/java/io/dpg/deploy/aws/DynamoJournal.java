package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.internal.journal.Schema;
import io.dpg.deploy.aws.internal.journal.TableJournal;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import java.util.Objects;

/**
 * The journal in a table of DynamoDB, for deployers on several machines: pipelines, people. Whoever may act on a target is
 * decided by one conditional write to one item, so that two writers never both succeed.
 *
 * <pre>{@code
 * DynamoJournal.createTable(aws, "dpg-deploy");                       // once
 * Deployer.builder().journal(DynamoJournal.in(aws, "dpg-deploy")).build()
 * }</pre>
 *
 * <p><b>The table.</b> Keys {@code pk} (string, hash) and {@code sk} (string, range), billed on demand, time to live on the
 * attribute {@code expires}; {@link #createTable} makes it so. Items: {@code target#…} with the fence, the lease and the list
 * of rollouts; {@code rollout#…} with one item for each record, or several where it is longer than 350,000 characters, as an
 * item takes 400 KB; {@code messages#…} with one item for each message, which DynamoDB removes after 400 days. Reads are
 * strongly consistent. A record costs two writes; source of the limits: "Quotas in Amazon DynamoDB",
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
 *
 * <p>Keeps the newest {@value #KEPT} finished rollouts of each target, and all unfinished ones. Several hundred unfinished
 * ones of one target at once are no trouble; thousands would exceed the item.
 *
 * <p>A global table is no place for it: conditional writes in two regions do not see each other. Thread-safe.
 */
public final class DynamoJournal {

    /** How many finished rollouts of each target are kept: {@value}. Unfinished ones always are. */
    public static final int KEPT = 100;

    private DynamoJournal() {}

    /**
     * Returns the journal in {@code table}. What AWS refuses is a {@link DeployException}, retryable where that may pass.
     *
     * @param clients how AWS is reached; stays the caller's to close
     */
    public static Journal in(AwsClients clients, String table) {
        return new TableJournal(
                Objects.requireNonNull(clients, "clients"),
                Objects.requireNonNull(table, "table"),
                KEPT,
                Time.system());
    }

    /**
     * Makes {@code table} unless it exists, and waits until it can be used, at most 3 minutes.
     *
     * @throws DeployException if there is one with other keys, or AWS refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public static void createTable(AwsClients clients, String table) throws InterruptedException {
        Schema.create(clients, table, Time.system());
    }
}
