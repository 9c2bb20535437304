package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Makes the journal's table. */
public final class Schema {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final DynamoDbClient dynamo;
    private final String name;
    private final Time time;

    private Schema(DynamoDbClient dynamo, String name, Time time) {
        this.dynamo = dynamo;
        this.name = name;
        this.time = time;
    }

    /** Makes the table {@code name} unless it exists, and waits until it can be used. */
    public static void create(AwsClients clients, String name, Time time) throws InterruptedException {
        try {
            new Schema(clients.dynamoDb(), name, time).create();
        } catch (SdkException e) {
            throw AwsFault.of("create the table " + name, name, e);
        }
    }

    private void create() throws InterruptedException {
        try {
            dynamo.createTable(r -> r.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(attribute(Table.KEY), attribute(Table.SORT))
                    .keySchema(key(Table.KEY, KeyType.HASH), key(Table.SORT, KeyType.RANGE)));
        } catch (ResourceInUseException e) {
            // it exists, or somebody else makes it
        }
        TableDescription table = awaitActive();
        Set<String> keys = table.keySchema().stream()
                .map(k -> k.keyTypeAsString() + " " + k.attributeName())
                .collect(Collectors.toSet());
        if (!keys.equals(Set.of("HASH " + Table.KEY, "RANGE " + Table.SORT))) {
            throw new DeployException(
                    "Tried to create the table " + name + ", but there is one with other keys: " + keys,
                    Details.NONE.at(AwsFault.PROVIDER, name).remedy("give the journal a table of its own"));
        }
        TimeToLiveStatus ttl = dynamo.describeTimeToLive(r -> r.tableName(name))
                .timeToLiveDescription()
                .timeToLiveStatus();
        if (!List.of(TimeToLiveStatus.ENABLED, TimeToLiveStatus.ENABLING).contains(ttl)) {
            dynamo.updateTimeToLive(r -> r.tableName(name)
                    .timeToLiveSpecification(t -> t.attributeName(Table.EXPIRES).enabled(true)));
        }
    }

    private TableDescription awaitActive() throws InterruptedException {
        long start = time.nanos();
        while (true) {
            TableDescription table =
                    dynamo.describeTable(r -> r.tableName(name)).table();
            if (table.tableStatus() == TableStatus.ACTIVE || table.tableStatus() == TableStatus.UPDATING) {
                return table;
            }
            if (time.nanos() - start > LIMIT.toNanos()) {
                throw new DeployException(
                        "Tried to create the table " + name + ", but after " + LIMIT.toMinutes() + " minutes it is "
                                + table.tableStatusAsString(),
                        Details.NONE.at(AwsFault.PROVIDER, name).mayRetry().remedy("look at the table"));
            }
            time.sleep(Duration.ofSeconds(1));
        }
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
