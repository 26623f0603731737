package org.blindbook.enclave.warmup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.calls.EnclaveService;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.PublicKey;

/**
 * What clients of one size class can bring about at an evaluator, played against a throw-away one
 * on the calling thread. As {@link Conversations}, every step is checked.
 */
final class EvaluationConversations {
  private final int size;
  private final int epoch;
  private final boolean looksUp;
  private final SecureRandom random;
  private final EnclaveService enclave;
  private final List<byte[]> identifiers;
  private long seconds;

  EvaluationConversations(int size, Settings.Blinded blinded, SecureRandom random)
      throws IOException {
    this.size = size;
    this.epoch = blinded.epoch();
    this.looksUp = blinded.role().looksUp();
    this.random = random;
    ThrowAwayHardware hardware = new ThrowAwayHardware(Optional.of(blinded), size / 4 * 3, random);
    this.enclave =
        new EnclaveService(
            hardware,
            Settings.parse(hardware.launch().settings()),
            new TableThread(ObliviousTable.create(RandomSource.of(random))),
            random,
            () -> Instant.ofEpochSecond(seconds));
    this.enclave.admitClients();
    this.enclave.evaluatorKey(new byte[0]).toCompletableFuture().join();
    this.identifiers =
        IntStream.range(0, size)
            .mapToObj(i -> "tel:+999" + random.nextInt(1_000_000_000))
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
  }

  /** A client who is evaluated, repeats, and runs out of permits; loading; and bad requests. */
  void play() throws MalformedMessageException, NoiseException, OprfException {
    DummyClient client = new DummyClient(enclave, random);
    byte[] nonce = nonce();
    Blinding blinding = blinding(size / 2, nonce);
    byte[] request = request(blinding, size / 2, nonce);
    check(client.ask(request).charged() == size / 2);
    List<byte[]> outputs = finish(client, blinding);
    check(client.ask(request).charged() == 0);
    check(Arrays.equals(finish(client, blinding).get(1), outputs.get(1)));
    check(client.ask(request(blinding(0, nonce), 0, nonce)).granted());
    byte[] another = request(blinding(size / 2, nonce), size / 2, nonce);
    TokenReply later = client.ask(another);
    check(!later.granted() && later.retryAfterSeconds() > 0);
    check(!client.ask(request(blinding(size, nonce), size, nonce)).granted());
    seconds += later.retryAfterSeconds();
    check(client.ask(another).granted());
    load(client.claims(), outputs);
    refused(client, request);
    client.leave();
    blinding.wipe();
  }

  private void load(Claims claims, List<byte[]> outputs)
      throws MalformedMessageException, NoiseException, OprfException {
    List<byte[]> batch = identifiers.subList(0, Math.min(size, SealedBatch.MAX));
    SealedBatch sealed = SealedBatch.seal(claims.channelKey(), epoch, batch, random);
    byte[] keys = enclave.evaluate(sealed).toCompletableFuture().join();
    check(Arrays.equals(Arrays.copyOf(keys, 16), Arrays.copyOf(outputs.getFirst(), 16)));
    for (int at : new int[] {11, 16, 48, sealed.encoded().length - 1}) {
      SealedBatch bad = SealedBatch.decode(changed(sealed.encoded(), at, 1));
      check(enclave.evaluate(bad).toCompletableFuture().isCompletedExceptionally());
    }

    byte[] nonce = nonce();
    Blinding blinding = blinding(size / 2, nonce);
    EvaluationRequest request = EvaluationRequest.decode(request(blinding, size / 2, nonce));
    byte[] reply = enclave.evaluate(request).toCompletableFuture().join();
    check(Arrays.equals(outputs(blinding, claims, reply).getFirst(), outputs.getFirst()));
    blinding.wipe();
  }

  /** Length, count, epoch; elements that are none, and the identity; another acknowledgement. */
  private void refused(DummyClient client, byte[] good)
      throws MalformedMessageException, NoiseException {
    check(client.refusal(Arrays.copyOf(good, good.length - 1)) == SessionEnd.BAD_REQUEST);
    check(client.refusal(changed(good, 12, 0x40)) == SessionEnd.BAD_REQUEST);
    check(client.refusal(changed(good, 8, 0x40)) == SessionEnd.WRONG_EPOCH);
    check(client.refusal(changed(good, 48 + 31, 0x80)) == SessionEnd.BAD_REQUEST);
    for (int i = 0; i < 8; i++) {
      byte[] nobody = good.clone();
      random.nextBytes(nobody);
      System.arraycopy(good, 0, nobody, 0, 48);
      check(client.refusal(nobody) == SessionEnd.BAD_REQUEST);
    }
    byte[] identity = good.clone();
    Arrays.fill(identity, 48, 80, (byte) 0);
    check(client.refusal(identity) == SessionEnd.BAD_REQUEST);
    check(client.ask(good).granted());
    check(client.send(client.sealed(good)) == SessionEnd.BAD_REQUEST);
  }

  private static byte[] changed(byte[] good, int at, int bits) {
    byte[] bad = good.clone();
    bad[at] ^= (byte) bits;
    return bad;
  }

  private byte[] nonce() {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  private Blinding blinding(int contacts, byte[] nonce) throws OprfException {
    return new Blinding(identifiers.subList(0, contacts), size, nonce, random);
  }

  private byte[] request(Blinding blinding, int contacts, byte[] nonce) {
    return EvaluationRequest.create(epoch, contacts, nonce, blinding.elements()).encoded();
  }

  private List<byte[]> finish(DummyClient client, Blinding blinding)
      throws MalformedMessageException, NoiseException, OprfException {
    var received = client.acknowledge().join();
    check(received.close() == (looksUp ? SessionEnd.OPEN : SessionEnd.COMPLETE));
    return outputs(blinding, client.claims(), client.open(received));
  }

  private List<byte[]> outputs(Blinding blinding, Claims claims, byte[] answer)
      throws MalformedMessageException, OprfException {
    EvaluationReply reply = EvaluationReply.decode(answer, size, epoch);
    return blinding.finish(
        PublicKey.decode(claims.oprfPublicKey()), reply.elements(), reply.proof());
  }

  private static void check(boolean right) {
    if (!right) {
      throw new IllegalStateException("a dummy client was not evaluated as it should be");
    }
  }
}
