package io.dpg.deploy.aws.testkit;

import java.util.Locale;

/** Ids of the length that AWS gives, in order, so that runs repeat exactly. */
final class Ids {

    private long next;

    /** Returns an id of 32 hexadecimal digits, as of a task. */
    String task() {
        return String.format(Locale.ROOT, "%08x%024x", 0xd0000000L + ++next, next * 0x9E3779B97F4A7C15L);
    }

    /** Returns an id of 16 hexadecimal digits, as of a target group. */
    String resource() {
        return String.format(Locale.ROOT, "%016x", ++next * 0x9E3779B97F4A7C15L);
    }

    /** Returns an id of a deployment, {@code ecs-svc/…} with 19 digits. */
    String deployment() {
        return "ecs-svc/" + (1_000_000_000_000_000_000L + ++next);
    }

    /** Returns an address in 10.0.0.0/16 that no other task has. */
    String address() {
        long n = ++next % 65_000 + 10;
        return "10.0." + n / 256 + "." + n % 256;
    }
}
