package io.dpg.deploy.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Names of lease holders: host, process and start, so that a holder that died on this host is known to be dead. */
final class Owners {

    private static final AtomicLong COUNT = new AtomicLong();
    private static final String HOST = host();

    private Owners() {}

    /** Returns a new name: unique, readable, and telling which process it is. */
    static String next() {
        ProcessHandle self = ProcessHandle.current();
        return HOST + "/" + self.pid() + "/" + started(self) + "/" + COUNT.incrementAndGet();
    }

    /** Returns whether {@code owner} was a process of this host that has ended. */
    static boolean isDead(String owner) {
        String[] parts = owner.split("[/#]");
        if (parts.length < 4 || !parts[0].equals(HOST)) {
            return false; // another host, or a name that a user gave: only its lease's end tells
        }
        try {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[1]));
            return process.isEmpty()
                    || !process.get().isAlive()
                    || (Long.parseLong(parts[2]) != 0 && started(process.get()) != Long.parseLong(parts[2]));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Names the process table: this boot of this kernel, and this name space of processes; containers share host names. */
    private static String host() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String space = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return name() + "~" + Integer.toHexString((boot + space).hashCode());
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return name() + "~" + UUID.randomUUID(); // not known: then no process is ever taken for dead
        }
    }

    private static String name() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[/#]", "-");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
