package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.server.serving.RawClient.BINARY;
import static org.blindbook.server.serving.RawClient.FINAL;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.serving.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that go wrong at every step, against a whole service: each hears a documented close code,
 * no session is left, and an honest client is served as before.
 */
class HostileClientIT {
  private static final long FIRST = Long.getLong("blindbook.fuzz.seed", 20_261_127);
  private static final int SEQUENCES = Integer.getInteger("blindbook.fuzz.sequences", 500);
  private static final int REGISTERED = 100;
  private static final int SESSIONS = 20;
  private static final byte[] NONE = {};

  @TempDir Path folder;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void everyoneHearsWhyAndNothingIsLeft() throws Exception {
    try (Deployment deployment =
        Deployment.start(
            folder,
            "sessions.max: " + SESSIONS,
            "sessions.per-account: " + SESSIONS,
            "account: {work-milliseconds: 999999999, work-per-hour-milliseconds: 36000}")) {
      deployment.load(Numbers.registrations(0, REGISTERED));
      String upgrade = RawClient.upgrade(deployment.credential(UUID.randomUUID()));
      for (long seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
        try (RawClient client = new RawClient(deployment.url().getPort())) {
          client.write(upgrade);
          sequence(client, new SplittableRandom(seed));
        } catch (Exception | AssertionError e) {
          throw new AssertionError("fails with -Dblindbook.fuzz.seed=" + seed, e);
        }
      }
      assertNobodyIsLeft(deployment.url().getPort(), upgrade);
      deployment.awaitRecords(REGISTERED);
      assertThat(
              deployment
                  .client(UUID.randomUUID())
                  .build()
                  .discover(Numbers.identifiers(0, 2 * REGISTERED))
                  .join()
                  .matches())
          .isEqualTo(Numbers.matches(0, REGISTERED));
    }
  }

  /** Every session that there may be is to be had. */
  private static void assertNobodyIsLeft(int port, String upgrade) throws Exception {
    List<RawClient> all = new ArrayList<>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (all.size() < SESSIONS) {
      RawClient client = new RawClient(port);
      client.write(upgrade);
      if (client.head().startsWith("HTTP/1.1 101")) {
        all.add(client);
      } else {
        client.close();
        assertThat(System.nanoTime()).as("time until all are gone").isLessThan(deadline);
        Thread.sleep(100);
      }
    }
    for (RawClient client : all) {
      client.close();
    }
  }

  /** Honest for some steps, then not. */
  private static void sequence(RawClient client, SplittableRandom random) throws Exception {
    assertThat(client.head()).startsWith("HTTP/1.1 101");
    int honest = random.nextInt(4);
    ReceivedOffer offer = ReceivedOffer.decode(client.frame().payload());
    ReceivedClaims claims = ReceivedClaims.decode(offer.claims());
    ClientHandshake handshake =
        new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), new SecureRandom());
    byte[] message1 = handshake.writeMessage1();
    if (honest == 0) {
      assertRefused(client, message1, random);
      return;
    }
    send(client, message1);
    SecureChannel channel = handshake.readMessage2(client.frame().payload());
    byte[] request = channel.seal(request(random));
    if (honest == 1) {
      assertRefused(client, request, random);
      return;
    }
    send(client, request);
    channel.open(client.frame().payload());
    byte[] acknowledgement = channel.seal(AcknowledgementWriter.encode());
    if (honest == 2) {
      assertRefused(client, acknowledgement, random);
      return;
    }
    send(client, acknowledgement);
    channel.open(client.frame().payload());
    assertThat(client.awaitClose()).isEqualTo(CloseCode.NORMAL);
  }

  /** One of the smallest classes, with noise for contacts that are no contacts. */
  private static byte[] request(SplittableRandom random) {
    int capacity = SizeClass.SMALLEST << random.nextInt(3);
    byte[] nonce = new byte[DiscoveryRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    return new DiscoveryRequestWriter(capacity, 0, nonce, NONE).encoded();
  }

  private static void send(RawClient client, byte[] message) throws IOException {
    client.send(BINARY | FINAL, message);
  }

  private static void assertRefused(RawClient client, byte[] message, SplittableRandom random)
      throws IOException {
    send(client, damaged(message, random));
    assertThat(client.awaitClose()).isEqualTo(CloseCode.BAD_REQUEST);
  }

  private static byte[] damaged(byte[] message, SplittableRandom random) {
    byte[] damaged =
        switch (random.nextInt(4)) {
          case 0 -> new byte[random.nextInt(message.length)];
          case 1 -> new byte[message.length + 1 + random.nextInt(64)];
          default -> message.clone();
        };
    if (damaged.length > 0) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }
}
