package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The calls to one table. Reads are consistent; a condition that does not hold is an outcome and no fault. */
final class Table {

    static final String KEY = "pk";
    static final String SORT = "sk";
    static final String EXPIRES = "expires";

    /** How many items one BatchWriteItem may have, and how many pages a query may: limits against endless loops. */
    private static final int BATCH = 25;

    private static final int MOST_PAGES = 10_000;
    private static final int MOST_BATCH_CALLS = 1_000;

    private final AwsClients clients;
    final String name;

    Table(AwsClients clients, String name) {
        this.clients = clients;
        this.name = name;
    }

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(String.valueOf(value));
    }

    Optional<Map<String, AttributeValue>> get(String what, String key, String sort) {
        return run(what, key, () -> {
            Map<String, AttributeValue> item = clients.dynamoDb()
                    .getItem(r -> r.tableName(name).key(key(key, sort)).consistentRead(true))
                    .item();
            return item == null || item.isEmpty() ? Optional.empty() : Optional.of(item);
        });
    }

    /** Puts {@code item}; false where {@code condition} does not hold. */
    boolean put(
            String what,
            Map<String, AttributeValue> item,
            @Nullable String condition,
            Map<String, AttributeValue> values) {
        return conditional(what, item.get(KEY).s(), () -> clients.dynamoDb().putItem(r -> r.tableName(name)
                .item(item)
                .conditionExpression(condition)
                .expressionAttributeValues(values.isEmpty() ? null : values)));
    }

    /** Changes an item; false where {@code condition} does not hold. */
    boolean update(
            String what,
            String key,
            String sort,
            String change,
            String condition,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        return conditional(what, key, () -> clients.dynamoDb().updateItem(r -> r.tableName(name)
                .key(key(key, sort))
                .updateExpression(change)
                .conditionExpression(condition)
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)));
    }

    /** Returns the items below {@code key} whose sort keys begin with {@code prefix}, in order. */
    List<Map<String, AttributeValue>> query(String what, String key, String prefix) {
        // DynamoDB takes no empty prefix.
        String condition = prefix.isEmpty() ? "pk = :key" : "pk = :key AND begins_with(sk, :prefix)";
        Map<String, AttributeValue> values =
                prefix.isEmpty() ? Map.of(":key", text(key)) : Map.of(":key", text(key), ":prefix", text(prefix));
        return run(what, key, () -> {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            Map<String, AttributeValue> from = null;
            for (int page = 0; page < MOST_PAGES; page++) {
                Map<String, AttributeValue> start = from;
                QueryResponse answer = clients.dynamoDb().query(r -> r.tableName(name)
                        .consistentRead(true)
                        .keyConditionExpression(condition)
                        .expressionAttributeValues(values)
                        .exclusiveStartKey(start));
                items.addAll(answer.items());
                if (!answer.hasLastEvaluatedKey() || answer.lastEvaluatedKey().isEmpty()) {
                    return items;
                }
                from = answer.lastEvaluatedKey();
            }
            throw new DeployException(
                    "Tried to " + what + ", but it has more than " + MOST_PAGES + " pages",
                    Details.NONE.at(AwsFault.PROVIDER, key).remedy("look at the table " + name));
        });
    }

    /** Returns the last item below {@code key}. */
    Optional<Map<String, AttributeValue>> last(String what, String key) {
        return run(what, key, () -> clients
                .dynamoDb()
                .query(r -> r.tableName(name)
                        .consistentRead(true)
                        .keyConditionExpression("pk = :key")
                        .expressionAttributeValues(Map.of(":key", text(key)))
                        .scanIndexForward(false)
                        .limit(1))
                .items()
                .stream()
                .findFirst());
    }

    /** Removes all items below {@code key}. */
    void deleteAll(String what, String key) {
        List<WriteRequest> left = new ArrayList<>();
        for (Map<String, AttributeValue> item : query(what, key, "")) {
            Map<String, AttributeValue> each = Map.of(KEY, item.get(KEY), SORT, item.get(SORT));
            left.add(WriteRequest.builder().deleteRequest(d -> d.key(each)).build());
        }
        for (int call = 0; !left.isEmpty() && call < MOST_BATCH_CALLS; call++) {
            List<WriteRequest> now = List.copyOf(left.subList(0, Math.min(BATCH, left.size())));
            List<WriteRequest> unprocessed = run(what, key, () -> clients.dynamoDb()
                    .batchWriteItem(r -> r.requestItems(Map.of(name, now)))
                    .unprocessedItems()
                    .getOrDefault(name, List.of()));
            left.subList(0, now.size()).clear();
            left.addAll(unprocessed);
        }
    }

    private Map<String, AttributeValue> key(String key, String sort) {
        Map<String, AttributeValue> both = new HashMap<>();
        both.put(KEY, text(key));
        both.put(SORT, text(sort));
        return both;
    }

    private boolean conditional(String what, String key, Supplier<?> call) {
        return run(what, key, () -> {
            try {
                call.get();
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }

    private <T> T run(String what, String key, Supplier<T> call) {
        try {
            return call.get();
        } catch (ResourceNotFoundException e) {
            throw new DeployException(
                    "Tried to " + what + ", but there is no table " + name + " in this account and region",
                    Details.NONE
                            .at(AwsFault.PROVIDER, key)
                            .remedy("create it once with DynamoJournal.createTable, or correct its name"),
                    e);
        } catch (SdkException e) {
            throw AwsFault.of(what, key, e);
        }
    }
}
