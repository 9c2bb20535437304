package io.dpg.deploy.aws.internal.ecs;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries what AWS shows of an object over into the request that makes another one like it: every field that both have, by
 * the names of the SDK's own model. A field that a newer SDK adds to both is carried over without our doing. Pure.
 */
final class Fields {

    private Fields() {}

    /** Sets each field of {@code to} that {@code from} has a value for, but for {@code without}. */
    static void carry(SdkPojo from, SdkPojo to, Set<String> without) {
        Map<String, SdkField<?>> theirs = byName(to);
        for (SdkField<?> field : from.sdkFields()) {
            SdkField<?> target = theirs.get(field.memberName());
            Object value = field.getValueOrDefault(from);
            if (target != null && given(value) && !without.contains(field.memberName())) {
                target.set(to, value);
            }
        }
    }

    /** An empty list, map or structure says nothing, and some calls refuse to be told so. */
    private static boolean given(@Nullable Object value) {
        return value != null
                && !(value instanceof SdkPojo pojo
                        && pojo.sdkFields().stream().noneMatch(f -> given(f.getValueOrDefault(pojo))))
                && !(value instanceof Collection<?> list && list.isEmpty())
                && !(value instanceof Map<?, ?> map && map.isEmpty());
    }

    /** Returns {@code value} as text in which the order of fields and keys does not matter, to compare and to hash. */
    static String text(@Nullable Object value) {
        if (value instanceof SdkPojo pojo) {
            Map<String, String> fields = new TreeMap<>();
            for (SdkField<?> field : pojo.sdkFields()) {
                Object inner = field.getValueOrDefault(pojo);
                if (given(inner)) {
                    fields.put(field.memberName(), text(inner));
                }
            }
            return fields.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((k, v) -> sorted.put(String.valueOf(k), text(v)));
            return sorted.toString();
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(Fields::text).toList().toString();
        }
        return String.valueOf(value);
    }

    static Map<String, SdkField<?>> byName(SdkPojo pojo) {
        Map<String, SdkField<?>> fields = new HashMap<>();
        pojo.sdkFields().forEach(f -> fields.put(f.memberName(), f));
        return fields;
    }
}
