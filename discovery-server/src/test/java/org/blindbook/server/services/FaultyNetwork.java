package org.blindbook.server.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A TCP connection between a client and a service that can be cut, slow, or swallow everything. */
public final class FaultyNetwork implements AutoCloseable {
  private final InetSocketAddress service;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean hanging;
  private volatile long delayMillis;

  public FaultyNetwork(InetSocketAddress service) throws IOException {
    this.service = service;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  /** Where the client connects. */
  public int port() {
    return server.getLocalPort();
  }

  /** Ends all connections and takes no more. */
  public void cut() {
    cut = true;
    open.forEach(FaultyNetwork::close);
  }

  /** Keeps all connections and takes more, and lets nothing through. */
  public void hang() {
    hanging = true;
  }

  /** Lets through what comes after a pause, in either direction, for each part of it. */
  public void slow(Duration pause) {
    delayMillis = pause.toMillis();
  }

  /** What hung goes on as if it had been slow. */
  public void restore() {
    cut = false;
    hanging = false;
    delayMillis = 0;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (cut) {
          close(client);
          continue;
        }
        Socket behind = new Socket(service.getHostString(), service.getPort());
        open.add(client);
        open.add(behind);
        Thread.startVirtualThread(() -> pump(client, behind));
        Thread.startVirtualThread(() -> pump(behind, client));
      } catch (IOException e) {
        // The client will try again.
      }
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[8_192];
    try {
      for (int n = from.getInputStream().read(bytes);
          n >= 0;
          n = from.getInputStream().read(bytes)) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
        while (hanging || delayMillis > 0 && System.nanoTime() < end) {
          Thread.sleep(5);
        }
        to.getOutputStream().write(bytes, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // Cut.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
