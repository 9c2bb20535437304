package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import org.junit.jupiter.api.Test;

/** Instances in rotation come as near a share as their number allows, and never too few of them. */
class RotationTest {

    @Test
    void ratiosAreExactWhereTheyCanBe() {
        assertThat(Rotation.of(4, 2, 50)).isEqualTo(new Rotation(2, 2));
        assertThat(Rotation.of(4, 3, 75)).isEqualTo(new Rotation(1, 3));
        assertThat(Rotation.of(2, 2, 50)).isEqualTo(new Rotation(2, 2));
        assertThat(Rotation.of(4, 1, 10)).isEqualTo(new Rotation(4, 1));
        assertThat(Rotation.of(10, 1, 10)).isEqualTo(new Rotation(9, 1));
    }

    @Test
    void everyGroupKeepsAnInstanceAndTogetherTheyAreNoFewerThanOneGroupHas() {
        for (int blue = 1; blue <= 12; blue++) {
            for (int green = 1; green <= 12; green++) {
                for (int percent = 1; percent < 100; percent++) {
                    Rotation rotation = Rotation.of(blue, green, percent);
                    assertThat(rotation.blue()).isBetween(1, blue);
                    assertThat(rotation.green()).isBetween(1, green);
                    assertThat(rotation.blue() + rotation.green()).isGreaterThanOrEqualTo(Math.max(blue, green));
                }
            }
        }
    }

    @Test
    void withAsManyCandidatesAsAShareNeedsItIsMetWithinWhatTheEngineAccepts() {
        for (int full = 3; full <= 30; full++) {
            for (int percent = 10; percent <= 90; percent++) {
                assertThat(Rotation.of(full, Group.needed(percent, full), percent)
                                .off(percent))
                        .as(percent + " % of " + full)
                        .isLessThanOrEqualTo(15.1);
            }
        }
    }
}
