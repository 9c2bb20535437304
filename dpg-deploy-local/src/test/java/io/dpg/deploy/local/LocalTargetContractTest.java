package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.testkit.RolloutContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes behind the proxy keep the promises of targets. */
class LocalTargetContractTest extends RolloutContract {

    @TempDir
    Path folder;

    private final List<LocalTarget> made = new ArrayList<>();

    @AfterEach
    void shutDown() {
        made.forEach(LocalTarget::shutdown);
    }

    private LocalTarget make() {
        List<String> command = new ArrayList<>(LocalFixture.command("ok"));
        command.set(command.size() - 1, "--mode={mode}");
        LocalTarget target = LocalTarget.in(folder)
                .command(command)
                .readyHttp("/health")
                .drainTime(Duration.ofSeconds(2))
                .build();
        made.add(target);
        return target;
    }

    @Override
    protected Target target() {
        return made.isEmpty() ? make() : made.get(0);
    }

    @Override
    protected Target again() {
        return make();
    }

    @Override
    protected Release good(String version) {
        return Release.of("demo", version).setting("mode", "ok");
    }

    @Override
    protected Release crashing(String version) {
        return Release.of("demo", version).setting("mode", "crash");
    }

    @Override
    protected boolean pushes() {
        return true;
    }

    @Test
    void aFolderHasOneKeyWhateverLinksLeadToIt() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        String direct = LocalTarget.in(folder.resolve("real").resolve("x"))
                .command("true")
                .build()
                .key();
        assertThat(LocalTarget.in(link.resolve("x")).command("true").build().key())
                .isEqualTo(direct);
    }
}
