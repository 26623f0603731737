package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.InsideTheClient;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.SizeClasses;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * One connection to an enclave of a blinded deployment, message by message. It verifies no
 * evidence: it asks what the server does, where the client library would not ask.
 */
final class BlindedClient implements AutoCloseable {
  private final SecureRandom random = new SecureRandom();
  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final SecureChannel channel;
  final ReceivedClaims claims;

  /**
   * Asks for as many evaluations as that account can pay for, and for one more, as the device that
   * asked last; takes no answer.
   */
  static void assertPermitsLeft(
      BlindedInstallation installation, UUID account, byte[] device, int permits) throws Exception {
    for (int left = permits; left > 0; left -= SizeClass.LARGEST) {
      int asked = Math.min(left, SizeClass.LARGEST);
      try (BlindedClient client =
          ofEvaluator(installation.deployment, installation.credential(account))) {
        assertThat(client.ask(anything(client.claims.epoch(), asked, device)).charged())
            .isEqualTo(asked);
      }
    }
    try (BlindedClient client =
        ofEvaluator(installation.deployment, installation.credential(account))) {
      assertThat(client.ask(anything(client.claims.epoch(), 1, device)).granted()).isFalse();
    }
  }

  /** Pays for evaluations, waits for them and drops them: what a client costs a server. */
  static void evaluateAnything(Deployment deployment, String credential, int count)
      throws Exception {
    try (BlindedClient client = ofEvaluator(deployment, credential)) {
      Request request = anything(client.claims.epoch(), count, InsideTheClient.newDevice());
      assertThat(client.ask(request).charged()).isEqualTo(count);
      ReceivedEvaluation.decode(
          client.exchange(AcknowledgementWriter.encode()), request.capacity, client.claims.epoch());
    }
  }

  /** A request for one element many times, whose answer is of no use. */
  private static Request anything(int epoch, int count, byte[] device) throws Exception {
    Request one = request(epoch, List.of(Numbers.identifier(0)));
    byte[] element = one.blinding.elements();
    int capacity = SizeClasses.holding(count).orElseThrow();
    byte[] elements = new byte[capacity * EvaluationRequest.ELEMENT_BYTES];
    for (int i = 0; i < capacity; i++) {
      System.arraycopy(
          element,
          0,
          elements,
          i * EvaluationRequest.ELEMENT_BYTES,
          EvaluationRequest.ELEMENT_BYTES);
    }
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    System.arraycopy(device, 0, nonce, 0, device.length);
    byte[] bytes = new EvaluationRequestWriter(epoch, count, nonce, elements).encoded();
    return new Request(one.blinding, bytes, capacity);
  }

  static BlindedClient ofEvaluator(Deployment deployment, String credential) throws Exception {
    return new BlindedClient(deployment, Paths.EVALUATION, credential);
  }

  static BlindedClient ofLookup(Deployment deployment, String credential) throws Exception {
    return new BlindedClient(deployment, Paths.DISCOVERY, credential);
  }

  private BlindedClient(Deployment deployment, String path, String credential) throws Exception {
    String url = deployment.url().toString().replaceFirst("^http", "ws") + path;
    socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Blindbook " + credential)
            .buildAsync(URI.create(url), new Listener())
            .join();
    claims = ReceivedClaims.decode(ReceivedOffer.decode(receive()).claims());
    ClientHandshake handshake =
        new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), random);
    send(handshake.writeMessage1());
    channel = handshake.readMessage2(receive());
  }

  private final class Listener implements WebSocket.Listener {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      message.writeBytes(part);
      if (last) {
        received.add(message.toByteArray());
        message.reset();
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.add(code);
      return null;
    }
  }

  private void send(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  private byte[] receive() throws InterruptedException {
    byte[] message = received.poll(30, TimeUnit.SECONDS);
    assertThat(message).as("an answer; closed with %s", closed).isNotNull();
    return message;
  }

  int closeCode() throws InterruptedException {
    Integer code = closed.poll(30, TimeUnit.SECONDS);
    assertThat(code).as("the close code").isNotNull();
    return code;
  }

  private byte[] exchange(byte[] plaintext) throws Exception {
    send(channel.seal(plaintext));
    return channel.open(receive());
  }

  /** Sends a message whose answer is the end of the connection. */
  int refused(byte[] plaintext) throws Exception {
    send(channel.seal(plaintext));
    return closeCode();
  }

  /** What a client keeps to repeat a request. */
  record Request(Blinding blinding, byte[] bytes, int capacity) {}

  static Request request(int epoch, List<Identifier> contacts) throws Exception {
    SecureRandom random = new SecureRandom();
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    int capacity = SizeClasses.holding(contacts.size()).orElseThrow();
    List<byte[]> inputs = contacts.stream().map(LookupKey::blindedInput).toList();
    Blinding blinding = new Blinding(inputs, capacity, nonce, random);
    byte[] bytes =
        new EvaluationRequestWriter(epoch, contacts.size(), nonce, blinding.elements()).encoded();
    return new Request(blinding, bytes, capacity);
  }

  ReceivedTokenReply ask(Request request) throws Exception {
    return ReceivedTokenReply.decode(exchange(request.bytes));
  }

  /** The keys of a request that was granted. */
  List<LookupKey> keys(Request request) throws Exception {
    ReceivedEvaluation reply =
        ReceivedEvaluation.decode(
            exchange(AcknowledgementWriter.encode()), request.capacity, claims.epoch());
    return request
        .blinding
        .finish(PublicKey.decode(claims.oprfPublicKey()), reply.elements(), reply.proof())
        .stream()
        .map(LookupKey::blinded)
        .toList();
  }

  ReceivedResults lookUp(List<LookupKey> keys) throws Exception {
    int capacity = SizeClasses.holding(keys.size()).orElseThrow();
    DiscoveryRequestWriter request =
        new DiscoveryRequestWriter(
            capacity, claims.epoch(), new byte[DiscoveryRequest.NONCE_BYTES], new byte[0]);
    for (int i = 0; i < keys.size(); i++) {
      request.set(i, keys.get(i).hi(), keys.get(i).lo(), EntryKind.NEW);
    }
    ReceivedTokenReply free = ReceivedTokenReply.decode(exchange(request.encoded()));
    assertThat(free.granted()).isTrue();
    assertThat(free.charged()).isZero();
    return ReceivedResults.decode(exchange(AcknowledgementWriter.encode()), capacity);
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }
}
