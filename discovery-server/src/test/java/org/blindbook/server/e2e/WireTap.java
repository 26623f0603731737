package org.blindbook.server.e2e;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.blindbook.client.transport.JdkWebSocketTransport;
import org.blindbook.client.transport.Transport;

/** Sees what a client sends and receives, and may act before a message is sent or change it. */
final class WireTap implements Transport {
  /** Called with each message before it is sent, counted from 0 in each connection. */
  interface Hook {
    byte[] beforeSend(int number, byte[] message);
  }

  private final Transport network = new JdkWebSocketTransport();
  private final Hook hook;

  /** Lengths of the messages sent and received, in order, over all connections. */
  final List<Integer> sent = Collections.synchronizedList(new ArrayList<>());

  final List<Integer> received = Collections.synchronizedList(new ArrayList<>());

  WireTap() {
    this((number, message) -> message);
  }

  WireTap(Hook hook) {
    this.hook = hook;
  }

  @Override
  public Connection connect(URI uri, Map<String, String> headers, Duration timeout)
      throws IOException {
    Connection connection = network.connect(uri, headers, timeout);
    return new Connection() {
      private int number;

      @Override
      public void send(byte[] message, Duration timeout) throws IOException {
        byte[] changed = hook.beforeSend(number++, message.clone());
        sent.add(changed.length);
        connection.send(changed, timeout);
      }

      @Override
      public byte[] receive(Duration timeout) throws IOException {
        byte[] message = connection.receive(timeout);
        received.add(message.length);
        return message;
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
