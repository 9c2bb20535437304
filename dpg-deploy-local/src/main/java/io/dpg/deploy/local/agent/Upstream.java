package io.dpg.deploy.local.agent;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection to an instance. Used by one request at a time. */
final class Upstream implements Closeable {

    private static final int CONNECT_MILLIS = 2_000;

    private final SocketChannel channel;
    final HttpInput in;
    final OutputStream out;
    /** Whether it has served a request before, so that the instance may have closed it meanwhile. */
    boolean reused;

    private Upstream(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.in = new HttpInput(channel.socket().getInputStream());
        this.out = new BufferedOutputStream(channel.socket().getOutputStream(), 8 * 1024);
    }

    static Upstream connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().setTcpNoDelay(true);
            channel.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return new Upstream(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Sets how long a read may wait; 0 for ever. */
    void patience(int millis) throws IOException {
        channel.socket().setSoTimeout(millis);
    }

    /** Returns whether an idle connection is still open and silent. Looks at the socket without waiting. */
    boolean usable() {
        try {
            channel.configureBlocking(false);
            int count = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return count == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
