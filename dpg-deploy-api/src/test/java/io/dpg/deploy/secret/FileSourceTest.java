package io.dpg.deploy.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"one, one", "one\\n, one", "one\\r\\n, one", "one\\n\\n, one\\n", "\\none two, \\none two", "\\n, ''"})
    void takesOneNewlineOffTheEnd(String written, String read) throws IOException {
        Path file = Files.writeString(folder.resolve("db password"), written.translateEscapes());
        assertThat(fetch(file).value().reveal()).isEqualTo(read.translateEscapes());
    }

    @Test
    void countsAsChangedWhenTheFileWas() throws IOException {
        Instant changed = Instant.parse("2026-01-02T03:04:05Z");
        Path file = Files.writeString(folder.resolve("db"), "x");
        Files.setLastModifiedTime(file, FileTime.from(changed));
        assertThat(fetch(file).rotated()).contains(changed);
    }

    @Test
    void findsNothingWhereThereIsNoFile() {
        assertThat(SecretSource.files().fetch(ref(folder.resolve("none")))).isEmpty();
    }

    @Test
    void readsAMebibyteAndNoMore() throws IOException {
        Path file = Files.write(folder.resolve("large"), new byte[1024 * 1024]);
        assertThat(fetch(file).value().reveal()).hasSize(1024 * 1024);
        Files.write(file, new byte[1024 * 1024 + 1]);
        assertThatThrownBy(() -> fetch(file))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("1 MiB");
    }

    @Test
    void refusesAFolder() {
        assertThatThrownBy(() -> fetch(folder))
                .isInstanceOf(DeployException.class)
                .hasMessage("Tried to read the secret file:" + folder + ", but it is a folder; name a file in it");
    }

    @Test
    void refusesADeviceThatNeverEnds() {
        assertThatThrownBy(() -> fetch(Path.of("/dev/zero"))).hasMessageContaining("not a regular file");
    }

    @Test
    void refusesWhatIsNoTextWithoutQuotingIt() throws IOException {
        Path file = Files.write(folder.resolve("binary"), new byte[] {'h', 'u', 'n', 't', 'e', 'r', (byte) 0xff});
        assertThatThrownBy(() -> fetch(file))
                .isInstanceOf(DeployException.class)
                .hasNoCause()
                .message()
                .contains("UTF-8")
                .doesNotContain("hunter");
    }

    private static SecretSource.Found fetch(Path file) {
        return SecretSource.files().fetch(ref(file)).orElseThrow();
    }

    private static SecretRef ref(Path file) {
        return SecretRef.parse("file:" + file);
    }
}
