package org.blindbook.client;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.OprfKey;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.enclave.channel.Responder;
import org.blindbook.enclave.channel.StaticKey;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;

/**
 * A service that keeps the protocol's promises for one account, and counts what it charged for each
 * contact. In blinded mode it has, for each live epoch, an enclave that evaluates and one that
 * looks up; neither knows another epoch. Its evidence is a keyed digest that {@link #verifier}
 * knows.
 */
final class FakeEnclave {
  static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");
  static final String MEASUREMENT = "5a".repeat(32);
  static final byte[] COLLATERAL = "collateral of the fake hardware".getBytes();

  private static final byte[] RUNTIME = Sha256.of("fake runtime".getBytes());
  static final String SETTINGS_TEXT =
      "permits.capacity=50000\npermits.refill-per-day=10000\nsessions.max=10000\n";

  /** Of the enclave that has recent registrations only. */
  static final String RECENT_SETTINGS_TEXT = SETTINGS_TEXT + "registrations=recent\n";

  private static final byte[] HARDWARE = "fake hardware".getBytes();

  /** What it runs with. */
  String settings = SETTINGS_TEXT;

  private final SecureRandom random = new SecureRandom();
  private final StaticKey key = StaticKey.generate(random);
  private final Map<Identifier, UUID> registrations = new HashMap<>();

  /** The tables by their epochs, that of truncated mode by 0. */
  private final Map<Integer, Map<LookupKey, UUID>> tables = new HashMap<>();

  /** The evaluator's keys by the epochs that are live; none in truncated mode. */
  private final SortedMap<Integer, EvaluatorKey> live = new TreeMap<>();

  private int serving;
  private final Set<String> evaluationCharges = new HashSet<>();
  private byte[] tokenKey = new byte[32];
  private byte[] lastCharge = new byte[0];

  final Map<LookupKey, Integer> charges = new TreeMap<>(ClientState.KEY_ORDER);
  boolean acceptsNoToken;
  int permits = Integer.MAX_VALUE;
  int refusedRetryAfter;

  /** The entries of the last request in its order, without the empty ones. */
  final List<LookupKey> lastKeys = new ArrayList<>();

  byte[] collateral = COLLATERAL;

  Instant keyExpiry = NOW.plusSeconds(600);

  /** The enclaves that the service has in blinded mode. */
  final Set<DeploymentRole> roles = EnumSet.allOf(DeploymentRole.class);

  /** What the host opens whatever the client connects for; null where it keeps its word. */
  DeploymentRole impostor;

  /** Permits charged for evaluations, by their epochs. */
  final SortedMap<Integer, Integer> evaluated = new TreeMap<>();

  /** The sizes of the evaluation requests, as the network sees them, and as the enclave does. */
  final List<Integer> evaluationClasses = new ArrayList<>();

  final List<Integer> evaluationCounts = new ArrayList<>();

  /** Each has a table that takes time to make. */
  private final Map<EvaluatorKey, PublicKey> publicKeys = new HashMap<>();

  /** What a faulty evaluator makes of its answer. */
  BiFunction<EvaluationRequest, byte[], byte[]> answers = (request, reply) -> reply;

  void register(Identifier identifier, UUID account) {
    registrations.put(identifier, account);
    tables
        .computeIfAbsent(0, none -> new HashMap<>())
        .put(LookupKey.truncated(identifier), account);
    live.forEach((epoch, key) -> tables.get(epoch).put(blinded(identifier, key), account));
  }

  private LookupKey blinded(Identifier identifier, EvaluatorKey key) {
    byte[] nonce = new byte[EvaluationRequest.NONCE_BYTES];
    try {
      Blinding blinding =
          new Blinding(List.of(LookupKey.blindedInput(identifier)), 1, nonce, random);
      Evaluation evaluation = new Evaluator(key).evaluate(blinding.elements(), 1, nonce);
      return LookupKey.blinded(
          blinding.finish(publicKey(key), evaluation.elements(), evaluation.prove(random)).get(0));
    } catch (OprfException e) {
      throw new AssertionError(e);
    }
  }

  private PublicKey publicKey(EvaluatorKey key) {
    return publicKeys.computeIfAbsent(
        key,
        made -> {
          try {
            return PublicKey.decode(made.publicKey());
          } catch (OprfException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Serves blinded keys of an epoch from now on, and is in no other. */
  void blind(int epoch, EvaluatorKey key) {
    leaveBlindedMode();
    begin(epoch, key);
    switchTo(epoch);
  }

  void leaveBlindedMode() {
    live.clear();
    tables.keySet().retainAll(Set.of(0));
    serving = 0;
  }

  /** An epoch is live beside others. */
  void begin(int epoch, EvaluatorKey key) {
    live.put(epoch, key);
    Map<LookupKey, UUID> table = new HashMap<>();
    registrations.forEach((contact, account) -> table.put(blinded(contact, key), account));
    tables.put(epoch, table);
  }

  /** Who names several epochs, or none, gets this one. */
  void switchTo(int epoch) {
    serving = epoch;
  }

  void retire(int epoch) {
    live.remove(epoch);
    tables.remove(epoch);
  }

  /** The key of the epoch that is served. */
  EvaluatorKey evaluatorKey() {
    return live.get(serving);
  }

  int charged() {
    return evaluated.values().stream().mapToInt(Integer::intValue).sum()
        + charges.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Tokens made so far prove nothing any more. */
  byte[] loseTokenKey() {
    byte[] lost = tokenKey.clone();
    random.nextBytes(tokenKey);
    return lost;
  }

  void findTokenKey(byte[] lost) {
    System.arraycopy(lost, 0, tokenKey, 0, lost.length);
  }

  /** Of the enclave that looks up. */
  Claims claims(byte[] nonce) {
    return claims(nonce, serving, DeploymentRole.LOOKUP);
  }

  private Claims claims(byte[] nonce, int epoch, DeploymentRole role) {
    Claims claims = claimsWithoutNonce();
    if (epoch != 0) {
      claims = claims.of(new Claims.Blinded(role, epoch, live.get(epoch).publicKey()));
    }
    return claims.withNonce(nonce);
  }

  /** Of truncated mode. */
  Claims claimsWithoutNonce() {
    byte[] digest = Sha256.of(settings.getBytes());
    return Claims.truncated(key.publicKey(), keyExpiry.getEpochSecond(), digest, RUNTIME);
  }

  Offer offer(byte[] nonce) {
    return offer(claims(nonce));
  }

  Offer offer(Claims claims) {
    byte[] reportData = Arrays.copyOf(claims.digest(), 64);
    return new Offer(claims, new byte[0], Sha256.of(HARDWARE, reportData), collateral);
  }

  /** What accepts this enclave's evidence and no other; no key of an evaluator. */
  static EvidenceVerifier verifier() {
    return new Pinning(Set.of());
  }

  /** The same with pins, as a policy does it. */
  record Pinning(Set<OprfKey> pins) implements EvidenceVerifier {
    @Override
    public Verified verify(byte[] evidence, byte[] collateral, Binding binding, Instant now)
        throws DiscoveryException {
      if (!Arrays.equals(evidence, Sha256.of(HARDWARE, binding.reportData().orElseThrow()))
          || !Arrays.equals(binding.runtimeDigest().orElseThrow(), RUNTIME)
          || !isOfFake(binding.settingsDigest().orElseThrow())
          || binding.settingsText().filter(text -> !isOfFake(Sha256.of(text))).isPresent()) {
        throw new DiscoveryException(DiscoveryError.UNTRUSTED_SERVER, "Not the fake hardware.");
      }
      if (!pins.isEmpty() && binding.oprfKey().filter(pins::contains).isEmpty()) {
        throw new DiscoveryException(DiscoveryError.UNTRUSTED_SERVER, "Not a pinned key.");
      }
      return new Verified(MEASUREMENT, true);
    }

    private static boolean isOfFake(byte[] digest) {
      return Arrays.equals(digest, Sha256.of(SETTINGS_TEXT.getBytes()))
          || Arrays.equals(digest, Sha256.of(RECENT_SETTINGS_TEXT.getBytes()));
    }

    @Override
    public SortedSet<Integer> epochs() {
      SortedSet<Integer> epochs = new TreeSet<>();
      pins.forEach(pin -> epochs.add(pin.epoch()));
      return epochs;
    }
  }

  /** The session's end, as the host would signal it. */
  static final class SessionEnd extends Exception {
    private static final long serialVersionUID = 1;
    final CloseCode code;

    SessionEnd(CloseCode code) {
      this.code = code;
    }
  }

  /**
   * @param asked what the client connects for
   * @param named the epochs that the client names, none for any
   * @throws RefusedException when the service has no enclave for that
   */
  Session open(DeploymentRole asked, byte[] nonce, List<Integer> named)
      throws SessionEnd, RefusedException {
    DeploymentRole role = impostor == null ? asked : impostor;
    boolean has = live.isEmpty() ? role == DeploymentRole.LOOKUP : roles.contains(role);
    if (!has) {
      throw new RefusedException(404, 0);
    }
    return new Session(role, epoch(named), nonce);
  }

  private int epoch(List<Integer> named) throws SessionEnd {
    if (live.isEmpty() || named.isEmpty() || named.contains(serving)) {
      return serving;
    }
    return named.stream()
        .filter(live::containsKey)
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new SessionEnd(CloseCode.WRONG_EPOCH));
  }

  /** One connection: handshake, request, acknowledgement. */
  final class Session {
    private final DeploymentRole role;
    private final int epoch;
    private final Claims claims;
    private SecureChannel channel;
    private EvaluationRequest evaluating;
    private DiscoveryRequest granted;
    private boolean isOver;

    Claims claims() {
      return claims;
    }

    private Session(DeploymentRole role, int epoch, byte[] nonce) {
      this.role = role;
      this.epoch = epoch;
      this.claims = FakeEnclave.this.claims(nonce, epoch, role);
    }

    /** Whether the enclave has closed the session normally. */
    boolean isOver() {
      return isOver;
    }

    byte[] receive(byte[] message) throws SessionEnd {
      try {
        if (channel == null) {
          Responder.Answer answer =
              new Responder(key, Prologue.of(claims.digest()), random).answer(message);
          channel = answer.channel();
          return answer.message2();
        }
        return channel.seal(answer(channel.open(message)));
      } catch (NoiseException | MalformedMessageException | OprfException e) {
        throw new SessionEnd(CloseCode.BAD_REQUEST);
      }
    }

    private byte[] answer(byte[] message)
        throws SessionEnd, MalformedMessageException, OprfException {
      if (granted != null) {
        Acknowledgement.check(message);
        isOver = true;
        return lookUp(granted, tables.getOrDefault(epoch, Map.of())).encoded();
      } else if (evaluating != null) {
        Acknowledgement.check(message);
        isOver = true;
        return answers.apply(evaluating, evaluate(evaluating));
      } else if (role == DeploymentRole.EVALUATOR) {
        evaluating = EvaluationRequest.decode(message);
        checkEpoch(evaluating.epoch());
        byte[] reply = chargeEvaluation(evaluating);
        evaluating.dropUnless(grantedMask(reply));
        return reply;
      }
      granted = DiscoveryRequest.decode(message);
      checkEpoch(granted.epoch());
      byte[] reply = charge(granted, epoch == 0);
      granted.dropUnless(grantedMask(reply));
      return reply;
    }

    private static long grantedMask(byte[] reply) {
      return reply[TokenReply.OUTCOME_AT] == TokenReply.GRANTED ? -1 : 0;
    }

    private byte[] evaluate(EvaluationRequest request) throws OprfException {
      Evaluation evaluation =
          new Evaluator(live.get(epoch))
              .evaluate(request.elements(), request.count(), request.retryNonce());
      return EvaluationReply.encode(epoch, evaluation.elements(), evaluation.prove(random));
    }

    /** An enclave knows one epoch, until it is retired. */
    private void checkEpoch(int named) throws SessionEnd {
      if (named != epoch || epoch != 0 && !live.containsKey(epoch)) {
        throw new SessionEnd(CloseCode.WRONG_EPOCH);
      }
    }
  }

  private byte[] chargeEvaluation(EvaluationRequest request) {
    evaluationClasses.add(request.capacity());
    evaluationCounts.add(request.count());
    String charge =
        request.epoch()
            + HexFormat.of().formatHex(Sha256.of(request.retryNonce(), request.elements()));
    int charged = evaluationCharges.contains(charge) ? 0 : request.count();
    if (charged > permits) {
      return TokenReply.encode(TokenReply.REFUSED, 0, refusedRetryAfter, new byte[0]);
    }
    permits -= charged;
    evaluated.merge(request.epoch(), charged, Integer::sum);
    evaluationCharges.add(charge);
    return TokenReply.encode(TokenReply.GRANTED, charged, 0, new byte[0]);
  }

  private byte[] charge(DiscoveryRequest request, boolean costs) {
    lastKeys.clear();
    for (int i = 0; i < request.capacity(); i++) {
      if (request.kind(i) != EntryKind.EMPTY.wire()) {
        lastKeys.add(keyAt(request, i));
      }
    }
    if (!costs) {
      return TokenReply.encode(TokenReply.GRANTED, 0, 0, new byte[0]);
    }
    Entries known = entries(request, EntryKind.PREV, EntryKind.DISCARD);
    boolean noToken = Arrays.equals(request.token(), new byte[DiscoveryRequest.TOKEN_BYTES]);
    if (acceptsNoToken || (noToken ? !known.isEmpty() : !isGenuine(request.token(), known))) {
      return TokenReply.encode(TokenReply.INVALID_TOKEN, 0, 0, new byte[0]);
    }
    Entries fresh = entries(request, EntryKind.NEW);
    byte[] charge = mac(new byte[32], request.retryNonce(), fresh);
    int charged = 0;
    if (!fresh.isEmpty() && !Arrays.equals(charge, lastCharge)) {
      if (fresh.size() > permits) {
        return TokenReply.encode(TokenReply.REFUSED, 0, refusedRetryAfter, new byte[0]);
      }
      permits -= fresh.size();
      charged = fresh.size();
      lastCharge = charge;
      fresh.keySet().forEach(contact -> charges.merge(contact, 1, Integer::sum));
    }
    return TokenReply.encode(
        TokenReply.GRANTED, charged, 0, token(entries(request, EntryKind.PREV, EntryKind.NEW)));
  }

  private static Results lookUp(DiscoveryRequest request, Map<LookupKey, UUID> table) {
    Results results = new Results(request.capacity());
    for (int i = 0; i < request.capacity(); i++) {
      boolean wanted =
          request.kind(i) == EntryKind.PREV.wire() || request.kind(i) == EntryKind.NEW.wire();
      UUID account = table.get(keyAt(request, i));
      if (wanted && account != null) {
        results.set(i, account.getMostSignificantBits(), account.getLeastSignificantBits());
      }
    }
    return results;
  }

  /** A set of contacts, sorted. */
  private static final class Entries extends TreeMap<LookupKey, Boolean> {
    private static final long serialVersionUID = 1;

    Entries() {
      super(ClientState.KEY_ORDER);
    }
  }

  private static Entries entries(DiscoveryRequest request, EntryKind... kinds) {
    Entries entries = new Entries();
    for (int i = 0; i < request.capacity(); i++) {
      int kind = request.kind(i);
      if (Arrays.stream(kinds).anyMatch(k -> k.wire() == kind)) {
        entries.put(keyAt(request, i), true);
      }
    }
    return entries;
  }

  private static LookupKey keyAt(DiscoveryRequest request, int i) {
    return LookupKey.ofBytes(
        ByteBuffer.allocate(16).putLong(request.keyHi(i)).putLong(request.keyLo(i)).array());
  }

  private byte[] token(Entries entries) {
    byte[] entropy = new byte[32];
    random.nextBytes(entropy);
    return ByteBuffer.allocate(64).put(entropy).put(mac(tokenKey, entropy, entries)).array();
  }

  private boolean isGenuine(byte[] token, Entries entries) {
    byte[] entropy = Arrays.copyOf(token, 32);
    return MessageDigest.isEqual(
        Arrays.copyOfRange(token, 32, 64), mac(tokenKey, entropy, entries));
  }

  private static byte[] mac(byte[] macKey, byte[] prefix, Entries entries) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
      mac.update(prefix);
      entries.keySet().forEach(entry -> mac.update(entry.bytes()));
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
