package io.dpg.deploy.spi;

import io.dpg.deploy.DeployException;

/** A change was refused because the object was changed meanwhile. The engine reads again and repeats. */
public final class ConflictException extends DeployException {

    private static final long serialVersionUID = 1L;

    /** Reports {@code message}. */
    public ConflictException(String message) {
        super(message, Details.NONE.mayRetry());
    }
}
