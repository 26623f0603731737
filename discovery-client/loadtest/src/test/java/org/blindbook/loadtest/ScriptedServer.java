package org.blindbook.loadtest;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.enclave.channel.Responder;
import org.blindbook.enclave.channel.StaticKey;
import org.blindbook.loadtest.population.Population;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * A server and its enclave on one event loop, with a map for a table. It does what its script says,
 * connection by connection. Its evidence is a word.
 */
public final class ScriptedServer implements AutoCloseable {
  /** What becomes of a connection. */
  public enum Fate {
    ANSWERED,
    /** Every account of the answer is somebody else's. */
    ANSWERED_WRONGLY,
    /** HTTP 503 with Retry-After: 1. */
    UNAVAILABLE,
    /** Closed with 4503 after the upgrade, retry-after=1. */
    OVERLOADED,
    /** HTTP 401. */
    UNAUTHORIZED,
    NO_PERMITS,
    /** The offer never comes. */
    SILENT,
    /** A message is cut off in the middle. */
    MALFORMED
  }

  public static final byte[] EVIDENCE = "evidence of nothing".getBytes();

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final SecureRandom random = new SecureRandom();
  private volatile StaticKey key = StaticKey.generate(random);
  private final Map<LookupKey, UUID> table = new HashMap<>();
  private final HttpServer server;
  private final AtomicInteger connections = new AtomicInteger();

  /** By the number of the connection, from 0. */
  public volatile IntFunction<Fate> script = number -> Fate.ANSWERED;

  /** When connections were asked for, by {@link System#nanoTime}. */
  public final List<Long> asked = new CopyOnWriteArrayList<>();

  /** Pseudonyms that were shown. */
  public final Set<String> accounts = ConcurrentHashMap.newKeySet();

  public final Set<String> networks = ConcurrentHashMap.newKeySet();

  public ScriptedServer() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setMaxWebSocketMessageSize(1 << 20))
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public int connections() {
    return connections.get();
  }

  public ScriptedServer register(Population population) {
    for (int i = 0; i < population.users(); i++) {
      register(population.userNumber(i), population.account(i));
    }
    return this;
  }

  private void register(String number, UUID account) {
    try {
      table.put(LookupKey.truncated(Identifier.parse(number)), account);
    } catch (IdentifierException e) {
      throw new AssertionError(e);
    }
  }

  /** A new channel key, as after ten minutes. */
  public void changeKey() {
    key = StaticKey.generate(random);
  }

  /** Does nothing at all for a while, whoever comes. */
  public void stall(long millis) {
    vertx.runOnContext(
        event -> {
          try {
            Thread.sleep(millis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** A file with a key that mints. */
  public static Path credentialKey(Path folder) throws Exception {
    return Files.write(folder.resolve("credential.key"), new byte[64]);
  }

  private void handle(HttpServerRequest request) {
    asked.add(System.nanoTime());
    networks.add(request.remoteAddress().host());
    String authorization = request.getHeader(Headers.AUTHORIZATION);
    accounts.add(authorization.split("[ :]")[1]);
    Fate fate = script.apply(connections.getAndIncrement());
    switch (fate) {
      case UNAVAILABLE ->
          request.response().setStatusCode(503).putHeader(Headers.RETRY_AFTER, "1").end("busy");
      case UNAUTHORIZED -> request.response().setStatusCode(401).end("who?");
      default -> {
        byte[] nonce = HexFormat.of().parseHex(request.getHeader(Headers.NONCE));
        request.toWebSocket().onSuccess(socket -> new Session(socket, fate).open(nonce));
      }
    }
  }

  /** The enclave's side of one exchange. */
  private final class Session {
    private final ServerWebSocket socket;
    private final Fate fate;
    private Responder responder;
    private SecureChannel channel;
    private DiscoveryRequest request;

    Session(ServerWebSocket socket, Fate fate) {
      this.socket = socket;
      this.fate = fate;
      socket.binaryMessageHandler(this::receive);
      socket.exceptionHandler(broken -> {});
    }

    void open(byte[] nonce) {
      if (fate == Fate.OVERLOADED) {
        socket.close((short) CloseCode.OVERLOADED.code(), CloseCode.retryAfterReason(1));
      } else if (fate != Fate.SILENT) {
        Claims claims =
            Claims.truncated(
                    key.publicKey(), Long.MAX_VALUE, new byte[Sha256.BYTES], new byte[Sha256.BYTES])
                .withNonce(nonce);
        responder = new Responder(key, Prologue.of(claims.digest()), random);
        byte[] offer = new Offer(claims, new byte[0], EVIDENCE, new byte[1_000]).encode();
        send(fate == Fate.MALFORMED ? Arrays.copyOf(offer, 100) : offer);
      }
    }

    private void receive(Buffer message) {
      try {
        byte[] bytes = message.getBytes();
        if (channel == null) {
          Responder.Answer answer = responder.answer(bytes);
          channel = answer.channel();
          send(answer.message2());
        } else if (request == null) {
          request = DiscoveryRequest.decode(channel.open(bytes));
          int outcome = fate == Fate.NO_PERMITS ? TokenReply.REFUSED : TokenReply.GRANTED;
          send(channel.seal(TokenReply.encode(outcome, 0, 9, new byte[TokenReply.TOKEN_BYTES])));
        } else {
          channel.open(bytes);
          send(channel.seal(results()));
          socket.close();
        }
      } catch (NoiseException | MalformedMessageException e) {
        socket.close((short) CloseCode.BAD_REQUEST.code());
      }
    }

    private byte[] results() {
      Results results = new Results(request.capacity());
      for (int i = 0; i < request.capacity(); i++) {
        byte[] name = new byte[LookupKey.BYTES];
        ByteBuffer.wrap(name).putLong(request.keyHi(i)).putLong(request.keyLo(i));
        UUID account = table.get(LookupKey.ofBytes(name));
        if (account != null && fate != Fate.NO_PERMITS) {
          long wrong = fate == Fate.ANSWERED_WRONGLY ? 1 : 0;
          results.set(
              i, account.getMostSignificantBits(), account.getLeastSignificantBits() ^ wrong);
        }
      }
      return results.encoded();
    }

    private void send(byte[] bytes) {
      socket.writeBinaryMessage(Buffer.buffer(bytes));
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
