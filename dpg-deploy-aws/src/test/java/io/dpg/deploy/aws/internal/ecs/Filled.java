package io.dpg.deploy.aws.internal.ecs;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** Makes objects of the SDK's model in which every field has a value, so that a field that is lost shows. */
final class Filled {

    private static final int DEPTH = 6;

    private Filled() {}

    /** Gives each field of {@code builder} a value of its own. */
    static <B extends SdkPojo> B all(B builder) {
        fill(builder, 0, builder.getClass().getSimpleName());
        return builder;
    }

    private static void fill(SdkPojo builder, int depth, String path) {
        for (SdkField<?> field : builder.sdkFields()) {
            field.set(builder, value(field, depth, path + "." + field.memberName()));
        }
    }

    private static Object value(SdkField<?> field, int depth, String path) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.STRING) {
            return path;
        } else if (type == MarshallingType.INTEGER) {
            return Math.abs(path.hashCode() % 1000) + 1;
        } else if (type == MarshallingType.LONG) {
            return (long) Math.abs(path.hashCode() % 1000) + 1;
        } else if (type == MarshallingType.DOUBLE) {
            return 0.5;
        } else if (type == MarshallingType.FLOAT) {
            return 0.5f;
        } else if (type == MarshallingType.BOOLEAN) {
            return true;
        } else if (type == MarshallingType.INSTANT) {
            return Instant.EPOCH.plusSeconds(Math.abs(path.hashCode() % 100_000));
        } else if (type == MarshallingType.LIST) {
            SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
            return depth > DEPTH ? List.of() : List.of(value(member, depth + 1, path));
        } else if (type == MarshallingType.MAP) {
            SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
            return depth > DEPTH ? Map.of() : Map.of("key", value(member, depth + 1, path));
        } else if (type == MarshallingType.SDK_POJO) {
            SdkPojo inner = field.constructor().get();
            if (depth <= DEPTH) {
                fill(inner, depth + 1, path);
            }
            return ((Buildable) inner).build();
        }
        if (type == MarshallingType.DOCUMENT) {
            return Document.fromString(path);
        }
        throw new AssertionError("a kind of field that this test does not know: " + path + " is " + type);
    }
}
