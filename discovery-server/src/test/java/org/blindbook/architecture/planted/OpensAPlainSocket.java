package org.blindbook.architecture.planted;

import java.io.IOException;
import java.net.Socket;

public final class OpensAPlainSocket {
  void send(byte[] secret) throws IOException {
    try (Socket socket = new Socket("localhost", 1)) {
      socket.getOutputStream().write(secret);
    }
  }
}
