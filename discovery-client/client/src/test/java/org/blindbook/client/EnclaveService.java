package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.OprfKey;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.evaluator.EvaluatorEnclave;
import org.blindbook.enclave.lookup.LookupEnclave;
import org.blindbook.enclave.permits.OpenedLedger;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * Real enclaves behind a host that does what hosts do: relays, and keeps ledgers by
 * compare-and-set. Each ledger that is stored is opened and compared with the {@link
 * ModelledLedger}.
 */
final class EnclaveService {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;
  private static final int BATCH = 64;
  private static final String TABLE = "registrations=all\ntable.kernel=plain\ntable.threads=1\n";

  /** Registered are the numbers below {@link #USERS} that this divides. */
  private static final int EVERY = 3;

  private static final int USERS = 3 * BATCH;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2 * ModelledLedger.CAPACITY);

  private final SecureRandom random = new SecureRandom();
  private final boolean blinded;
  private final SimpleHardware evaluatorHardware = new SimpleHardware("epoch=" + EPOCH + "\n", 2);
  private final SimpleHardware lookupHardware;
  private final byte[] sealedKey;
  private final Update registrations;
  private final Set<OprfKey> pins;

  private EvaluatorEnclave evaluator;
  private LookupEnclave lookup;

  /** Connections of an earlier process of the host are lost. */
  private int process;

  private Instant now = Instant.parse("2026-11-22T03:00:00Z");
  private Mishaps mishaps;

  private final Map<Integer, byte[]> ledgers = new HashMap<>();
  private final Map<Integer, ModelledLedger> models = new HashMap<>();
  private final Map<Integer, Long> paid = new HashMap<>();

  EnclaveService(boolean blinded) throws Exception {
    this.blinded = blinded;
    this.evaluator = evaluator();
    this.sealedKey = await(evaluator.key(NONE));
    ReceivedClaims claims = ReceivedClaims.decode(await(evaluator.offer(NONE)).claims().encode());
    String publicKey = HexFormat.of().formatHex(claims.oprfPublicKey());
    this.pins = blinded ? Set.of(new OprfKey(EPOCH, publicKey)) : Set.of();
    String mode =
        blinded
            ? "mode=blinded\nepoch=" + EPOCH + "\nevaluator.public-key=" + publicKey + "\n"
            : "mode=truncated\n";
    this.lookupHardware = new SimpleHardware(mode + TABLE, 1);
    this.registrations = registrations(PublicKey.decode(claims.oprfPublicKey()));
    restartEnclaves();
  }

  /** Happen from now on, when they are told to begin. */
  void suffers(Mishaps newMishaps) {
    mishaps = newMishaps;
  }

  private EvaluatorEnclave evaluator() throws IOException {
    return EvaluatorEnclave.create(evaluatorHardware, Runnable::run, random, clock());
  }

  /** The same hardware starts them again: what they sealed is all that is left. */
  void restartEnclaves() throws IOException {
    evaluator = evaluator();
    await(evaluator.key(sealedKey));
    lookup = LookupEnclave.create(lookupHardware, random, clock());
    await(lookup.update(registrations));
  }

  void restartHost() {
    process++;
  }

  private Update registrations(PublicKey key) throws Exception {
    List<Identifier> registered = new ArrayList<>();
    for (int i = 0; i < USERS; i += EVERY) {
      registered.add(World.contact(i));
    }
    List<LookupKey> keys =
        blinded
            ? evaluated(registered, key)
            : registered.stream().map(LookupKey::truncated).toList();
    ByteBuffer entries = ByteBuffer.allocate(keys.size() * Update.ENTRY_BYTES);
    for (int i = 0; i < keys.size(); i++) {
      entries.put(keys.get(i).bytes()).putLong(7).putLong(EVERY * i + 1);
    }
    return new Update(1, entries.array());
  }

  /** As a loader has it done. */
  private List<LookupKey> evaluated(List<Identifier> contacts, PublicKey key) throws Exception {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    List<byte[]> inputs = contacts.stream().map(LookupKey::blindedInput).toList();
    Blinding blinding = new Blinding(inputs, BATCH, nonce, random);
    byte[] request =
        new EvaluationRequestWriter(EPOCH, inputs.size(), nonce, blinding.elements()).encoded();
    byte[] reply = await(evaluator.evaluate(EvaluationRequest.decode(request)));
    ReceivedEvaluation evaluation = ReceivedEvaluation.decode(reply, BATCH, EPOCH);
    return blinding.finish(key, evaluation.elements(), evaluation.proof()).stream()
        .map(LookupKey::blinded)
        .toList();
  }

  private <T> T await(CompletionStage<T> call) {
    if (lookup != null) {
      lookup.runWaiting();
    }
    return call.toCompletableFuture().join();
  }

  Map<Identifier, UUID> registeredOf(int from, int to) {
    return World.matches(EVERY, from, Math.min(to, USERS));
  }

  /** What every account has paid by what stands in its ledgers, until time passes. */
  Map<Integer, Long> paid() {
    return paid;
  }

  /** No session is left when no client is connected. */
  void assertNobodyIsConnected() {
    assertThat(await(lookup.stats()).sessions()).isZero();
    assertThat(await(evaluator.stats()).sessions()).isZero();
  }

  /** So long that every account is full again. */
  void elapse() {
    now = now.plus(LONG_ENOUGH);
  }

  Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneOffset.UTC);
  }

  /** Accepts the hardware of tests, whose quote is what it vouches for. */
  EvidenceVerifier verifier() {
    return new EvidenceVerifier() {
      @Override
      public Verified verify(byte[] evidence, byte[] collateral, Binding binding, Instant time)
          throws DiscoveryException {
        boolean pinned = pins.isEmpty() || binding.oprfKey().filter(pins::contains).isPresent();
        if (!Arrays.equals(evidence, binding.reportData().orElseThrow()) || !pinned) {
          throw new DiscoveryException(DiscoveryError.UNTRUSTED_SERVER, "Another service.");
        }
        return new Verified("5a".repeat(32), true);
      }

      @Override
      public SortedSet<Integer> epochs() {
        SortedSet<Integer> epochs = new TreeSet<>();
        pins.forEach(pin -> epochs.add(pin.epoch()));
        return epochs;
      }
    };
  }

  Transport transport(Phone phone) {
    return (uri, headers, timeout) -> {
      mishaps.pass();
      return new Wire(phone, uri, HexFormat.of().parseHex(headers.get("Blindbook-Nonce")));
    };
  }

  private static byte[] name(int account) {
    byte[] name = new byte[EnclaveCalls.ACCOUNT_BYTES];
    Arrays.fill(name, (byte) account);
    return name;
  }

  /** One connection of a phone's. */
  private final class Wire implements Transport.Connection {
    private final Phone phone;
    private final boolean evaluates;
    private final EnclaveCalls enclave;
    private final long session;
    private final int ofProcess = process;
    private final Deque<byte[]> replies = new ArrayDeque<>();
    private int sent;
    private IOException end;

    Wire(Phone phone, URI uri, byte[] nonce) {
      this.phone = phone;
      this.evaluates = uri.getPath().endsWith("/v1/evaluation");
      this.enclave = enclave();
      Opened opened = await(enclave.open(name(phone.account), nonce));
      this.session = opened.session();
      replies.add(opened.offer().encode());
    }

    private EnclaveCalls enclave() {
      return evaluates ? evaluator : lookup;
    }

    private void checkProcess() throws IOException {
      if (ofProcess != process) {
        throw new IOException("the host has restarted");
      }
    }

    @Override
    public void send(byte[] message, Duration timeout) throws IOException {
      mishaps.pass();
      checkProcess();
      sent++;
      try {
        deliver(message);
      } catch (Transport.ClosedException closed) {
        end = closed;
      }
      mishaps.pass();
    }

    private void deliver(byte[] message) throws IOException {
      boolean pays = sent == 2 && (evaluates || !blinded);
      int account = phone.account + (evaluates ? 100 : 0);
      byte[] read = pays ? ledgers.getOrDefault(account, NONE) : NONE;
      Phone.Asked asked = pays ? phone.asks() : null;
      mishaps.pass();
      Received received = receive(message, read);
      if (received.close() != SessionEnd.OPEN && received.close() != SessionEnd.COMPLETE) {
        throw new AssertionError("an honest client's session ends: " + received.close());
      }
      if (pays) {
        mishaps.pass();
        checkProcess();
        store(account, read, received.ledger(), asked, message.length);
        mishaps.pass();
        checkProcess();
      }
      replies.add(received.reply());
      if (received.close() == SessionEnd.COMPLETE) {
        end = new Transport.ClosedException(CloseCode.NORMAL.code(), "");
      }
    }

    private Received receive(byte[] message, byte[] ledger) throws IOException {
      if (enclave != enclave()) {
        throw closed(CloseCode.ENCLAVE_RESTARTING);
      }
      try {
        return await(enclave.receive(session, message, ledger));
      } catch (CompletionException e) {
        if (e.getCause() instanceof CallException refused
            && refused.error() == CallError.UNKNOWN_SESSION) {
          throw closed(CloseCode.ENCLAVE_RESTARTING);
        }
        throw e;
      }
    }

    /** Unless somebody else was faster. */
    private void store(int account, byte[] read, byte[] next, Phone.Asked asked, int length)
        throws IOException {
      if (!Arrays.equals(read, ledgers.getOrDefault(account, NONE))) {
        throw closed(CloseCode.OVERLOADED);
      }
      ledgers.put(account, next);
      ModelledLedger model = models.computeIfAbsent(account, first -> new ModelledLedger(now));
      long charged =
          model.ask(asked.device(), asked.name(), asked.contacts().size(), sizeClass(length), now);
      assertThat(opened(next)).isEqualTo(model.left());
      paid.merge(account, spent(read, next), Long::sum);
      if (charged > 0) {
        phone.charged(asked);
      }
    }

    private long spent(byte[] before, byte[] after) throws IOException {
      OpenedLedger next = opened(after);
      long had =
          before.length == 0 ? ModelledLedger.CAPACITY : opened(before).leftFor(next.device());
      return had - next.level();
    }

    private OpenedLedger opened(byte[] sealed) throws IOException {
      return OpenedLedger.of(
          sealed, name(phone.account), evaluates ? evaluatorHardware : lookupHardware);
    }

    private int sizeClass(int length) {
      for (int capacity = SizeClass.SMALLEST; capacity <= SizeClass.LARGEST; capacity *= 2) {
        int plaintext =
            evaluates
                ? EvaluationRequest.ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES
                : DiscoveryRequest.length(capacity);
        if (length == SecureChannel.sealedLength(plaintext)) {
          return capacity;
        }
      }
      throw new AssertionError("a request of no size class");
    }

    private static Transport.ClosedException closed(CloseCode code) {
      return new Transport.ClosedException(code.code(), "");
    }

    @Override
    public byte[] receive(Duration timeout) throws IOException {
      mishaps.pass();
      if (replies.isEmpty()) {
        throw end == null ? new IOException("nothing comes") : end;
      }
      byte[] message = replies.remove();
      mishaps.pass();
      return message;
    }

    @Override
    public void close() {
      await(enclave.close(session));
    }
  }
}
