package io.dpg.deploy;

/** A change of schema that belongs to a release. Applied before the release is launched. */
public interface Migration {

    /** Returns the name, such as {@code V7__orders_by_customer}. */
    String name();

    /**
     * Applies the migration; nothing where it is applied already.
     *
     * @throws Exception to fail the rollout
     */
    void apply() throws Exception;

    /**
     * Returns whether {@code version} of the application works on the migrated schema. Where it does not, a rollback to
     * it is possible only by {@link #undo()}.
     */
    boolean compatibleWith(String version);

    /** Returns whether {@link #undo()} works. */
    default boolean undoable() {
        return false;
    }

    /**
     * Takes the migration back; nothing where it is not applied.
     *
     * @throws Exception if that failed; the rollout is then stuck
     */
    default void undo() throws Exception {
        throw new UnsupportedOperationException("Migration " + name() + " cannot be undone");
    }
}
