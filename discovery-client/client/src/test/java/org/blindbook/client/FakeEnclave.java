package org.blindbook.client;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.CloseCode;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.ServerHandshake;
import org.blindbook.protocol.noise.StaticKey;

/**
 * An enclave that keeps the protocol's promises for one account, and counts what it charged for
 * each contact. Its evidence is a keyed digest that {@link #verifier} knows.
 */
final class FakeEnclave {
  static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");
  static final String MEASUREMENT = "5a".repeat(32);
  static final byte[] COLLATERAL = "collateral of the fake hardware".getBytes();

  private static final byte[] RUNTIME = Sha256.of("fake runtime".getBytes());
  private static final byte[] HARDWARE = "fake hardware".getBytes();

  private final SecureRandom random = new SecureRandom();
  private final StaticKey key = StaticKey.generate(random);
  private final Map<LookupKey, UUID> registered = new HashMap<>();
  private byte[] tokenKey = new byte[32];
  private byte[] lastCharge = new byte[0];

  final Map<LookupKey, Integer> charges = new TreeMap<>(ClientState.KEY_ORDER);
  int permits = Integer.MAX_VALUE;
  int refusedRetryAfter;

  /** The entries of the last request in its order, without the empty ones. */
  final List<LookupKey> lastKeys = new ArrayList<>();

  Instant keyExpiry = NOW.plusSeconds(600);

  void register(Identifier identifier, UUID account) {
    registered.put(LookupKey.truncated(identifier), account);
  }

  int charged() {
    return charges.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Tokens made so far prove nothing any more. */
  void loseTokenKey() {
    random.nextBytes(tokenKey);
  }

  Claims claims(byte[] nonce) {
    return Claims.truncated(key.publicKey(), keyExpiry.getEpochSecond(), new byte[32], RUNTIME)
        .withNonce(nonce);
  }

  Offer offer(byte[] nonce) {
    return offer(claims(nonce));
  }

  static Offer offer(Claims claims) {
    byte[] reportData = Arrays.copyOf(claims.digest(), 64);
    return new Offer(claims.encode(), Sha256.of(HARDWARE, reportData), COLLATERAL);
  }

  /** What accepts this enclave's evidence and no other. */
  static EvidenceVerifier verifier() {
    return (evidence, collateral, binding, now) -> {
      if (!Arrays.equals(evidence, Sha256.of(HARDWARE, binding.reportData().orElseThrow()))
          || !Arrays.equals(binding.runtimeDigest().orElseThrow(), RUNTIME)) {
        throw new DiscoveryException(DiscoveryError.UNTRUSTED_SERVER, "Not the fake hardware.");
      }
      return new EvidenceVerifier.Verified(MEASUREMENT, true);
    };
  }

  /** The session's end, as the host would signal it. */
  static final class SessionEnd extends Exception {
    private static final long serialVersionUID = 1;
    final CloseCode code;

    SessionEnd(CloseCode code) {
      this.code = code;
    }
  }

  Session open(byte[] nonce) {
    return new Session(claims(nonce));
  }

  /** One connection: handshake, request, acknowledgement. */
  final class Session {
    private final Claims claims;
    private SecureChannel channel;
    private DiscoveryRequest granted;

    private Session(Claims claims) {
      this.claims = claims;
    }

    byte[] receive(byte[] message) throws SessionEnd {
      try {
        if (channel == null) {
          ServerHandshake.Answer answer =
              new ServerHandshake(key, Prologue.of(claims), random).answer(message);
          channel = answer.channel();
          return answer.message2();
        } else if (granted == null) {
          DiscoveryRequest request = DiscoveryRequest.decode(channel.open(message));
          TokenReply reply = charge(request);
          granted = request;
          return channel.seal(reply.encode());
        }
        Acknowledgement.check(channel.open(message));
        return channel.seal(lookUp(granted).encoded());
      } catch (NoiseException | MalformedMessageException e) {
        throw new SessionEnd(CloseCode.BAD_REQUEST);
      }
    }
  }

  private TokenReply charge(DiscoveryRequest request) throws SessionEnd {
    lastKeys.clear();
    for (int i = 0; i < request.capacity(); i++) {
      if (request.kind(i) != EntryKind.EMPTY.wire()) {
        lastKeys.add(keyAt(request, i));
      }
    }
    Entries known = entries(request, EntryKind.PREV, EntryKind.DISCARD);
    boolean noToken = Arrays.equals(request.token(), new byte[DiscoveryRequest.TOKEN_BYTES]);
    if (noToken ? !known.isEmpty() : !isGenuine(request.token(), known)) {
      throw new SessionEnd(CloseCode.INVALID_TOKEN);
    }
    Entries fresh = entries(request, EntryKind.NEW);
    byte[] charge = mac(new byte[32], request.retryNonce(), fresh);
    int charged = 0;
    if (!fresh.isEmpty() && !Arrays.equals(charge, lastCharge)) {
      if (fresh.size() > permits) {
        return TokenReply.refused(refusedRetryAfter);
      }
      permits -= fresh.size();
      charged = fresh.size();
      lastCharge = charge;
      fresh.keySet().forEach(contact -> charges.merge(contact, 1, Integer::sum));
    }
    return TokenReply.granted(charged, token(entries(request, EntryKind.PREV, EntryKind.NEW)));
  }

  private Results lookUp(DiscoveryRequest request) {
    Results results = Results.create(request.capacity());
    for (int i = 0; i < request.capacity(); i++) {
      boolean wanted =
          request.kind(i) == EntryKind.PREV.wire() || request.kind(i) == EntryKind.NEW.wire();
      UUID account = registered.get(keyAt(request, i));
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
