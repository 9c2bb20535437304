package io.dpg.deploy.aws.testkit;

import tools.jackson.databind.node.ObjectNode;

/** Answers one operation of an API. */
@FunctionalInterface
interface Operation {

    /** Returns the answer, or throws a {@link Refusal}. */
    ObjectNode answer(ObjectNode request);
}
