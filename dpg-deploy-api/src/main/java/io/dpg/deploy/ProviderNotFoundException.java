package io.dpg.deploy;

/** A scheme or provider was named for which no module is on the class path. */
public final class ProviderNotFoundException extends DeployException {

    private static final long serialVersionUID = 1L;

    /** Reports that nothing handles {@code scheme}, which {@code artifact} would. */
    public ProviderNotFoundException(String scheme, String artifact) {
        super(
                "Tried to find a provider of '" + scheme + "', but none is on the class path",
                Details.NONE.remedy("add the dependency " + artifact));
    }
}
