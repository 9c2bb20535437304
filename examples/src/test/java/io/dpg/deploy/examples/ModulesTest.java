package io.dpg.deploy.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows between modules point one way. Here, because only the examples see all modules. */
class ModulesTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dpg.deploy");

    private static ClassesShouldConjunction never(String from, String... to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to);
    }

    @Test
    void targetsKnowNoChecksAndChecksKnowNoTarget() {
        never("io.dpg.deploy.local..", "io.dpg.deploy.verify..", "io.dpg.deploy.k8s..")
                .check(ALL);
        never("io.dpg.deploy.k8s..", "io.dpg.deploy.verify..", "io.dpg.deploy.local..")
                .check(ALL);
        never("io.dpg.deploy.verify..", "io.dpg.deploy.local..", "io.dpg.deploy.k8s..")
                .check(ALL);
    }

    @Test
    void theApiKnowsNoOtherModule() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.dpg.deploy.local..",
                        "io.dpg.deploy.verify..",
                        "io.dpg.deploy.k8s..",
                        "io.dpg.deploy.examples..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.dpg.deploy.local..", "io.dpg.deploy.verify..", "io.dpg.deploy.k8s..")
                .check(ALL);
    }

    @Test
    void noModuleDependsOnExamples() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dpg.deploy.examples..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dpg.deploy.examples..")
                .check(ALL);
    }

    @Test
    void modulesUseTheFaceOfTheApiAndNotItsEngine() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.dpg.deploy.local..",
                        "io.dpg.deploy.verify..",
                        "io.dpg.deploy.k8s..",
                        "io.dpg.deploy.examples..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dpg.deploy.engine..")
                .check(ALL);
    }

    @Test
    void theAgentNeedsNothingButTheJdk() {
        noClasses()
                .that()
                .resideInAPackage("io.dpg.deploy.local.agent..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..", "javax..", "com.sun..", "io.dpg.deploy.local.agent..", "org.jspecify..")
                .check(ALL);
    }

    @Test
    void modulesSleepAndTellTheTimeThroughTheirCollaboratorsOnly() {
        noClasses()
                .that()
                .resideInAnyPackage("io.dpg.deploy.local..", "io.dpg.deploy.verify..", "io.dpg.deploy.k8s..")
                .and()
                .doNotHaveFullyQualifiedName("io.dpg.deploy.local.agent.Clock")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(ALL);
    }
}
