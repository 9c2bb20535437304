package io.dpg.deploy.aws;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.testkit.JournalContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The promises of every journal, in a table of the emulator, seen through the clients of two processes. */
@NeedsAws
class DynamoJournalContractTest extends JournalContract {

    private static TestAws aws;
    private static AwsClients mine;
    private static AwsClients others;

    private final Journal journal = DynamoJournal.in(mine, "journal");
    private final Journal other = DynamoJournal.in(others, "journal");

    @BeforeAll
    static void connect() throws InterruptedException {
        aws = TestAws.open();
        // moto checks a condition and writes in two steps, and serves several requests at once; DynamoDB does both as
        // one.
        OneAtATime calls = new OneAtATime();
        mine = aws.builder().interceptor(calls).build();
        others = aws.builder().interceptor(calls).build();
        DynamoJournal.createTable(mine, "journal");
    }

    @AfterAll
    static void disconnect() {
        if (aws != null) {
            mine.close();
            others.close();
            aws.close();
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
        return DynamoJournal.KEPT;
    }
}
