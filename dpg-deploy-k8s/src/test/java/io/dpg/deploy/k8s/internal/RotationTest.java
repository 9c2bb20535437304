package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
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

    @Property
    void everyGroupKeepsAnInstanceAndTogetherTheyAreNoFewerThanOneGroupHas(
            @ForAll @IntRange(min = 1, max = 30) int blue,
            @ForAll @IntRange(min = 1, max = 30) int green,
            @ForAll @IntRange(min = 1, max = 99) int percent) {
        Rotation rotation = Rotation.of(blue, green, percent);
        assertThat(rotation.blue()).isBetween(1, blue);
        assertThat(rotation.green()).isBetween(1, green);
        assertThat(rotation.blue() + rotation.green()).isGreaterThanOrEqualTo(Math.max(blue, green));
    }

    @Property
    void withAsManyCandidatesAsAShareNeedsItIsMetWithinWhatTheEngineAccepts(
            @ForAll @IntRange(min = 3, max = 30) int full, @ForAll @IntRange(min = 10, max = 90) int percent) {
        assertThat(Rotation.of(full, Group.needed(percent, full), percent).off(percent))
                .isLessThanOrEqualTo(15.1);
    }
}
