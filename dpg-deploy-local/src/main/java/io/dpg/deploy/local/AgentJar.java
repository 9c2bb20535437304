package io.dpg.deploy.local;

import io.dpg.deploy.local.agent.AgentMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Copies the agent's classes into a jar of their own in the state folder. The agent outlives the deployer, and must not
 * lose its classes when somebody rebuilds or removes the jar or the folder that they came from; and wherever that is (a
 * build folder, a jar, a shaded jar, a jar in a jar), a copy starts the same way.
 */
final class AgentJar {

    private static final String PACKAGE = AgentMain.class.getPackageName().replace('.', '/') + "/";

    private AgentJar() {}

    /** Returns the jar in {@code folder}, written where it is missing. */
    static Path in(Path folder) throws IOException {
        Map<String, byte[]> classes = classes();
        CRC32 crc = new CRC32();
        classes.forEach((name, bytes) -> crc.update(bytes));
        Path jar = folder.resolve(String.format("agent-%08x.jar", crc.getValue()));
        if (!Files.exists(jar)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JarOutputStream out = new JarOutputStream(bytes)) {
                for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
                    out.putNextEntry(new JarEntry(entry.getKey()));
                    out.write(entry.getValue());
                }
            }
            Path fresh = Files.createTempFile(folder, "agent", ".jar.new");
            Files.write(fresh, bytes.toByteArray());
            Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return jar;
    }

    private static Map<String, byte[]> classes() throws IOException {
        URL main = AgentMain.class.getResource("AgentMain.class");
        if (main == null) {
            throw new IOException("the class loader does not give out " + AgentMain.class.getName());
        }
        Map<String, byte[]> classes = new TreeMap<>();
        URLConnection connection = main.openConnection();
        if (connection instanceof JarURLConnection jarConnection) {
            fromJar(jarConnection, classes);
        } else if (main.getProtocol().equals("file")) {
            fromFolder(main, classes);
        } else {
            throw new IOException("the agent's classes are in a place that cannot be listed: " + main);
        }
        return classes;
    }

    private static void fromJar(JarURLConnection connection, Map<String, byte[]> classes) throws IOException {
        // The name of the entry may stand below a folder such as BOOT-INF/classes.
        String entryName = connection.getEntryName();
        String prefix = entryName.substring(0, entryName.length() - "AgentMain.class".length());
        JarFile jar = connection.getJarFile();
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            String name = entry.getName();
            if (name.startsWith(prefix) && name.endsWith(".class")) {
                try (InputStream in = jar.getInputStream(entry)) {
                    classes.put(PACKAGE + name.substring(prefix.length()), in.readAllBytes());
                }
            }
        }
    }

    private static void fromFolder(URL main, Map<String, byte[]> classes) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(new URI(main.toString())).resolveSibling("."))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".class")) {
                    classes.put(PACKAGE + file.getFileName(), Files.readAllBytes(file));
                }
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
