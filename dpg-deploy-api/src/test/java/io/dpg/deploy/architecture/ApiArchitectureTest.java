package io.dpg.deploy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.dpg.deploy.engine.SystemTime;
import io.dpg.deploy.testkit.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house that a machine can check. */
class ApiArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dpg.deploy");

    private static final List<String> EXPORTED = List.of(
            "io.dpg.deploy",
            "io.dpg.deploy.check",
            "io.dpg.deploy.config",
            "io.dpg.deploy.event",
            "io.dpg.deploy.secret",
            "io.dpg.deploy.spi",
            "io.dpg.deploy.strategy",
            "io.dpg.deploy.testkit");

    @Test
    void onlySystemTimeAsksTheMachineForTheTime() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(SystemTime.class, Simulation.class) // the simulation measures itself
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(MAIN);
    }

    @Test
    void theRuleAboutTimeSeesSystemTime() {
        JavaClass time = MAIN.get(SystemTime.class);
        assertThat(time.getMethodCallsFromSelf().stream().map(c -> c.getTarget().getName()))
                .contains("now", "nanoTime");
    }

    @Test
    void noThirdPartyTypeShowsInAPublicSignature() {
        Set<String> foreign = new TreeSet<>();
        for (JavaClass type : MAIN) {
            boolean contract = type.getPackageName().equals("io.dpg.deploy.testkit");
            if (!EXPORTED.contains(type.getPackageName())
                    || !type.getModifiers().contains(JavaModifier.PUBLIC)) {
                continue;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                boolean visible = unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED);
                if (visible) {
                    Stream.concat(unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()))
                            .map(JavaClass::getBaseComponentType)
                            .filter(t -> !t.isPrimitive())
                            .filter(t -> !t.getName().startsWith("java.")
                                    && !t.getName().startsWith("io.dpg.deploy."))
                            .forEach(t -> foreign.add(unit.getFullName() + " shows " + t.getName()));
                }
            }
            assertThat(type.getRawSuperclass().map(JavaClass::getName).orElse("java.lang.Object"))
                    .as(type.getName())
                    .matches(contract ? ".*" : "java\\..*|io\\.dpg\\.deploy\\..*");
        }
        assertThat(foreign).isEmpty();
    }

    @Test
    void aNewcomerImportsAtMostThirtyTypes() {
        List<String> root = MAIN.stream()
                .filter(t -> t.getPackageName().equals("io.dpg.deploy"))
                .filter(t -> t.getModifiers().contains(JavaModifier.PUBLIC) && t.isTopLevelClass())
                .map(JavaClass::getSimpleName)
                .toList();
        assertThat(root).hasSizeBetween(1, 30);
    }

    @Test
    void strategiesArePure() {
        noClasses()
                .that()
                .resideInAPackage("io.dpg.deploy.strategy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.dpg.deploy.engine", "java.io", "java.nio..", "java.net", "java.util.concurrent..")
                .check(MAIN);
    }

    @Test
    void mainCodeDoesNotUseTheTestKit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dpg.deploy.testkit")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dpg.deploy.testkit")
                .check(MAIN);
    }

    @Test
    void noFileHasMoreThanFourHundredLines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            List<String> large = files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> lines(f) > 400)
                    .map(Path::toString)
                    .collect(Collectors.toList());
            assertThat(large).isEmpty();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
