package org.blindbook.architecture.planted;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** With the very types of the class that serves the calls, but to call somebody itself. */
public final class OpensASocketChannel {
  void send(byte[] secret) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of("socket"))) {
      channel.write(ByteBuffer.wrap(secret));
    }
  }
}
