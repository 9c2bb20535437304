package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** CPU units and mebibytes of ECS. Pure. */
final class Sizes {

    private static final BigDecimal UNITS = BigDecimal.valueOf(1024);
    private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);
    private static final Map<String, Long> BYTES = Map.of(
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40,
            "k",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L);

    /**
     * Least, most and step of memory in MiB by CPU units on Fargate
     * (docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html); 256 units also take 512 MiB.
     */
    private static final Map<Integer, int[]> FARGATE = Map.of(
            256, new int[] {1024, 2048, 1024},
            512, new int[] {1024, 4096, 1024},
            1024, new int[] {2048, 8192, 1024},
            2048, new int[] {4096, 16384, 1024},
            4096, new int[] {8192, 30720, 1024},
            8192, new int[] {16384, 61440, 4096},
            16384, new int[] {32768, 122880, 8192});

    private Sizes() {}

    /** Returns the CPU units of {@code resources}, rounded up, where they limit it. */
    static Optional<Integer> cpu(Resources resources) {
        return resources.cpu().map(text -> {
            BigDecimal processors = text.endsWith("m")
                    ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
                    : new BigDecimal(text);
            return processors.multiply(UNITS).setScale(0, RoundingMode.CEILING).intValueExact();
        });
    }

    /** Returns the mebibytes of {@code resources}, rounded up, where they limit it. */
    static Optional<Integer> memory(Resources resources) {
        return resources.memory().map(text -> {
            String digits = text.replaceAll("[^0-9]", "");
            long unit = BYTES.getOrDefault(text.substring(digits.length()), 1L);
            return new BigDecimal(digits)
                    .multiply(BigDecimal.valueOf(unit))
                    .divide(MEBI, 0, RoundingMode.CEILING)
                    .intValueExact();
        });
    }

    /** Returns why Fargate does not have this size, where it does not. */
    static Optional<Fault> fargate(int cpu, int memory) {
        int[] range = FARGATE.get(cpu);
        String given = cpu + " CPU units, " + memory + " MiB";
        if (range == null) {
            return Optional.of(new Fault(
                    "resources", given, "Fargate has tasks of 256, 512, 1024, 2048, 4096, 8192 and 16384 CPU units"));
        }
        boolean small = cpu == 256 && memory == 512;
        if (small || (memory >= range[0] && memory <= range[1] && (memory - range[0]) % range[2] == 0)) {
            return Optional.empty();
        }
        return Optional.of(new Fault(
                "resources",
                given,
                "with " + cpu + " CPU units Fargate takes " + (cpu == 256 ? "512 MiB, or " : "") + range[0] + " to "
                        + range[1] + " MiB in steps of " + range[2]));
    }
}
