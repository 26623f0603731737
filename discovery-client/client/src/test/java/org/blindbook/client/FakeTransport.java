package org.blindbook.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.DeploymentRole;

/** The host between a client and a {@link FakeEnclave}: relays, records, and does harm if asked. */
final class FakeTransport implements Transport {
  private final FakeEnclave enclave;

  /** Behind the address that begins with "evaluator"; null when there is no second service. */
  FakeEnclave evaluator;

  /** The enclave of recent registrations; null when there is none. */
  FakeEnclave recent;

  /** Since when it has every change. */
  Instant recentSince = Instant.EPOCH;

  /** What the host opens at the path of recent registrations; null where it keeps its word. */
  FakeEnclave inPlaceOfRecent;

  /** Everything the client has sent, in order, over all connections. */
  final List<byte[]> sent = new ArrayList<>();

  final List<Map<String, String>> upgrades = new ArrayList<>();
  final List<URI> addresses = new ArrayList<>();
  int open;

  /** Failures of the next connections, instead of connecting. */
  final Deque<IOException> refusals = new ArrayDeque<>();

  /** Failures in place of the enclave's next token replies; the request is not delivered. */
  final Deque<IOException> requestFailures = new ArrayDeque<>();

  /** What the host makes of the offer; gets the client's nonce. Null to pass on the enclave's. */
  Function<byte[], byte[]> offers;

  /** The settings' text that the host shows; empty for none. */
  byte[] settings = new byte[0];

  /** Whether the host opens the session in the epoch that is served, whatever the client names. */
  boolean ignoresEpochs;

  /** Milliseconds that have passed, and how many of them a client may be silent. */
  long time;

  private static final long IDLE = 30_000;

  /** What the host makes of the enclave's messages, first of a connection (message 2) first. */
  final Deque<UnaryOperator<byte[]>> changes = new ArrayDeque<>();

  /** What the host makes of the client's messages, message 1 first. */
  final Deque<UnaryOperator<byte[]>> changesToEnclave = new ArrayDeque<>();

  Steps steps = Steps.never();

  FakeTransport(FakeEnclave enclave) {
    this.enclave = enclave;
  }

  @Override
  public Connection connect(URI uri, Map<String, String> headers, Duration timeout)
      throws IOException {
    steps.pass();
    addresses.add(uri);
    upgrades.add(headers);
    IOException refusal = refusals.poll();
    if (refusal != null) {
      throw refusal;
    }
    byte[] nonce = HexFormat.of().parseHex(headers.get("Blindbook-Nonce"));
    FakeEnclave asked = asked(uri, headers);
    Connection connection;
    try {
      FakeEnclave.Session session =
          asked.open(role(uri), nonce, ignoresEpochs ? List.of() : epochs(headers));
      connection = new FakeConnection(session, offer(session, asked, nonce, headers));
    } catch (FakeEnclave.SessionEnd e) {
      connection = new FakeConnection(e.code);
    }
    steps.pass();
    open++;
    return connection;
  }

  private FakeEnclave asked(URI uri, Map<String, String> headers) throws RefusedException {
    if (!uri.getPath().endsWith("/v1/recent")) {
      return uri.getHost().startsWith("evaluator") ? evaluator : enclave;
    } else if (recent == null) {
      throw new RefusedException(404, 0);
    }
    Instant since = Instant.ofEpochSecond(Long.parseLong(headers.get("Blindbook-Since")));
    if (since.isBefore(recentSince)) {
      throw new RefusedException(410, 0);
    }
    return inPlaceOfRecent == null ? recent : inPlaceOfRecent;
  }

  private static DeploymentRole role(URI uri) {
    String path = uri.getPath();
    if (path.endsWith("/v1/evaluation")) {
      return DeploymentRole.EVALUATOR;
    } else if (path.endsWith("/v1/discovery") || path.endsWith("/v1/recent")) {
      return DeploymentRole.LOOKUP;
    }
    throw new AssertionError("nothing is there: " + path);
  }

  /** As the host reads the header. */
  private static List<Integer> epochs(Map<String, String> headers) {
    String named = headers.get("Blindbook-Epochs");
    if (named == null) {
      return List.of();
    }
    if (!named.matches("[1-9][0-9]*(,[1-9][0-9]*){0,7}")) {
      throw new AssertionError("a header that the host does not take");
    }
    return Arrays.stream(named.split(",")).map(Integer::valueOf).toList();
  }

  private byte[] offer(
      FakeEnclave.Session session, FakeEnclave asked, byte[] nonce, Map<String, String> headers) {
    byte[] offer =
        offers == null || asked != enclave
            ? asked.offer(session.claims()).encode()
            : offers.apply(nonce);
    if (settings.length > 0) {
      offer = withSettings(offer, settings);
    } else if (asked == recent) {
      offer = withSettings(offer, recent.settings.getBytes());
    }
    String held = headers.get("Blindbook-Collateral");
    if (held != null) {
      try {
        return ReceivedOffer.decode(offer)
            .withoutCollateralHeldBy(HexFormat.of().parseHex(held))
            .encode();
      } catch (Exception malformed) {
        throw new AssertionError("a test that breaks the offer holds no collateral", malformed);
      }
    }
    return offer;
  }

  private static byte[] withSettings(byte[] offer, byte[] shown) {
    try {
      return ReceivedOffer.decode(offer).withSettings(shown).encode();
    } catch (Exception malformed) {
      throw new AssertionError("a test that breaks the offer shows no settings", malformed);
    }
  }

  private final class FakeConnection implements Connection {
    private final FakeEnclave.Session session;
    private final Deque<byte[]> toClient = new ArrayDeque<>();
    private IOException end;
    private int received;
    private boolean closed;
    private long activeAt = time;

    FakeConnection(FakeEnclave.Session session, byte[] offer) {
      this.session = session;
      toClient.add(offer);
    }

    /** One that the host closes after the upgrade. */
    FakeConnection(CloseCode code) {
      this.session = null;
      this.end = new ClosedException(code.code(), "");
    }

    @Override
    public void send(byte[] message, Duration timeout) throws IOException {
      steps.pass();
      if (time - activeAt > IDLE) {
        end = new ClosedException(CloseCode.OVERLOADED.code(), "");
        return;
      }
      activeAt = time;
      sent.add(message.clone());
      received++;
      if (received == 2 && !requestFailures.isEmpty()) {
        end = requestFailures.poll();
        return;
      }
      try {
        UnaryOperator<byte[]> toEnclave = changesToEnclave.poll();
        byte[] answer = session.receive(toEnclave == null ? message : toEnclave.apply(message));
        UnaryOperator<byte[]> change = changes.poll();
        toClient.add(change == null ? answer : change.apply(answer));
        if (session.isOver()) {
          end = new ClosedException(1000, "");
        }
      } catch (FakeEnclave.SessionEnd e) {
        end = new ClosedException(e.code.code(), "");
      }
      steps.pass();
    }

    @Override
    public byte[] receive(Duration timeout) throws IOException {
      steps.pass();
      if (toClient.isEmpty()) {
        throw end == null ? new SocketTimeoutException() : end;
      }
      byte[] message = toClient.remove();
      steps.pass();
      return message;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open--;
      }
    }
  }
}
