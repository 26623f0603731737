package org.blindbook.server.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** What this machine offers to run services with. */
final class Machine {
  private Machine() {}

  /** Where a program is, if it is installed. */
  static Optional<Path> program(String name, Path... first) {
    return Stream.concat(
            Arrays.stream(first), Arrays.stream(System.getenv("PATH").split(":")).map(Path::of))
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Testcontainers itself takes long to find out that there is none, and logs stack traces. */
  static boolean engineAnswers() {
    String address =
        Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///var/run/docker.sock");
    if (address.startsWith("unix://")) {
      Path socket = Path.of(address.substring("unix://".length()));
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        if (!channel.isConnected()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static void awaitPort(int port) throws IOException {
    for (int i = 0; ; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (i == 200) {
          throw e;
        }
        LockSupport.parkNanos(25_000_000);
      }
    }
  }
}
