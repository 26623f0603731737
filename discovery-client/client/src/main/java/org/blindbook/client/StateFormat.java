package org.blindbook.client;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.blindbook.client.ClientState.Pending;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * {@link ClientState} as bytes.
 *
 * <pre>
 *   0   4  "BBCS"
 *   4   2  version, {@value #VERSION}
 *   6   1  1 when a request is pending, else 0
 *   7   1  1 when there are epochs, else 0
 *   8  32  owner
 *  40  16  the device's secret
 *  56  16  the rest of the retry nonce, zeros when no request is pending
 *  72   4  length of the token, 0 or 64
 *  76   4  number of paid contacts
 *  80   4  number of fresh contacts of the pending request
 *  84   4  number of its discarded contacts
 *  88   4  length of the collateral
 *  92  48  pacing and permits, see {@link ConductFormat}
 * 140      token; 16 bytes for each paid, fresh and discarded contact; collateral
 *          epochs, see {@link EpochsFormat}; then the collateral of the evaluator
 *      32  SHA-256 of all before it, against damage
 * </pre>
 *
 * Integers are big-endian. Versions 1 and 2, the latter with epochs, have no pacing and permits.
 */
final class StateFormat {
  static final int VERSION = 3;

  private static final int TRUNCATED_WITHOUT_CONDUCT = 1;
  private static final int BLINDED_WITHOUT_CONDUCT = 2;

  private static final int MAGIC = 0x42424353;
  private static final int BLINDED_AT = 7;
  private static final int HEADER_BYTES = 92;

  private StateFormat() {}

  static byte[] encode(ClientState state) {
    Pending pending = state.pending();
    int keys = state.paid().size();
    if (pending != null) {
      keys += pending.fresh().size() + pending.discarded().size();
    }
    boolean blinded = !state.epochs().isEmpty();
    byte[] epochs = blinded ? EpochsFormat.encode(state.epochs()) : new byte[0];
    byte[] evaluatorCollateral = blinded ? state.evaluatorCollateral() : new byte[0];
    int length =
        HEADER_BYTES
            + ConductFormat.BYTES
            + state.token().length
            + keys * LookupKey.BYTES
            + state.collateral().length
            + epochs.length
            + evaluatorCollateral.length
            + Sha256.BYTES;
    ByteBuffer out =
        ByteBuffer.allocate(length)
            .putInt(MAGIC)
            .putShort((short) VERSION)
            .put((byte) (pending == null ? 0 : 1))
            .put((byte) (blinded ? 1 : 0))
            .put(state.owner())
            .put(
                pending == null
                    ? state.retryNonce(new byte[ClientState.REQUEST_NONCE_BYTES])
                    : pending.retryNonce())
            .putInt(state.token().length)
            .putInt(state.paid().size())
            .putInt(pending == null ? 0 : pending.fresh().size())
            .putInt(pending == null ? 0 : pending.discarded().size())
            .putInt(state.collateral().length);
    ConductFormat.encode(state, out);
    out.put(state.token());
    putKeys(out, state.paid());
    if (pending != null) {
      putKeys(out, pending.fresh());
      putKeys(out, pending.discarded());
    }
    out.put(state.collateral()).put(epochs).put(evaluatorCollateral);
    Arrays.fill(epochs, (byte) 0);
    return out.put(digest(out.array())).array();
  }

  private static void putKeys(ByteBuffer out, SortedSet<LookupKey> keys) {
    for (LookupKey key : keys) {
      out.putLong(key.hi()).putLong(key.lo());
    }
  }

  /**
   * Whether this is a state of truncated mode, which may be in clear though the app has a key now.
   * A state with outputs may not: somebody else could have put it there.
   */
  static boolean isOfTruncatedMode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return bytes.length >= HEADER_BYTES
        && in.getInt() == MAGIC
        && !isBlinded(in.getShort(), bytes[BLINDED_AT]);
  }

  private static boolean isBlinded(int version, byte flag) {
    return version == BLINDED_WITHOUT_CONDUCT || version != TRUNCATED_WITHOUT_CONDUCT && flag != 0;
  }

  private static byte[] digest(byte[] bytes) {
    MessageDigest digest = Sha256.newDigest();
    digest.update(bytes, 0, bytes.length - Sha256.BYTES);
    return digest.digest();
  }

  /**
   * @throws DiscoveryException {@link DiscoveryError#STATE_UNREADABLE}
   */
  static ClientState decode(byte[] bytes) throws DiscoveryException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES + Sha256.BYTES || in.getInt() != MAGIC) {
      throw unreadable("is not a state of this client");
    }
    int version = in.getShort();
    boolean conduct = version == VERSION;
    if (!conduct && version != BLINDED_WITHOUT_CONDUCT && version != TRUNCATED_WITHOUT_CONDUCT) {
      throw unreadable("was written by another version of this client");
    }
    byte[] sum = Arrays.copyOfRange(bytes, bytes.length - Sha256.BYTES, bytes.length);
    if (!MessageDigest.isEqual(sum, digest(bytes))) {
      throw damaged();
    }
    boolean isPending = in.get() != 0;
    boolean blinded = isBlinded(version, in.get());
    byte[] owner = take(in, Owner.BYTES);
    byte[] retryNonce = take(in, DiscoveryRequest.NONCE_BYTES);
    int token = length(in, DiscoveryRequest.TOKEN_BYTES);
    int paid = length(in, SizeClass.LARGEST);
    int fresh = length(in, SizeClass.LARGEST);
    int discarded = length(in, SizeClass.LARGEST);
    int collateral = length(in, ReceivedOffer.MAX_BYTES);
    in.limit(bytes.length - Sha256.BYTES);
    if (conduct && in.remaining() < ConductFormat.BYTES) {
      throw damaged();
    }
    ByteBuffer block = ByteBuffer.wrap(conduct ? take(in, ConductFormat.BYTES) : new byte[0]);
    Pacing pacing = conduct ? ConductFormat.pacing(block) : Pacing.fresh();
    @Nullable PermitBounds permits = conduct ? ConductFormat.permits(block) : null;
    int fullyAsked = conduct ? ConductFormat.fullyAskedMinutes(block) : 0;
    int rest = in.remaining() - token - (paid + fresh + discarded) * LookupKey.BYTES - collateral;
    if (rest < 0 || !blinded && rest > 0) {
      throw damaged();
    }
    byte[] tokenBytes = take(in, token);
    SortedSet<LookupKey> paidKeys = takeKeys(in, paid);
    SortedSet<LookupKey> freshKeys = takeKeys(in, fresh);
    SortedSet<LookupKey> discardedKeys = takeKeys(in, discarded);
    @Nullable Pending pending =
        isPending ? new Pending(retryNonce, freshKeys, discardedKeys) : null;
    byte[] collateralBytes = take(in, collateral);
    List<EpochOutputs> outputs = blinded ? EpochsFormat.decode(in) : List.of();
    byte[] evaluatorCollateral = take(in, in.remaining());
    byte[] device = Arrays.copyOf(retryNonce, ClientState.DEVICE_BYTES);
    return new ClientState(
        owner,
        device,
        tokenBytes,
        paidKeys,
        pending,
        collateralBytes,
        evaluatorCollateral,
        outputs,
        pacing,
        permits,
        fullyAsked);
  }

  static int length(ByteBuffer in, int largest) throws DiscoveryException {
    int length = in.getInt();
    if (length < 0 || length > largest) {
      throw damaged();
    }
    return length;
  }

  static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  private static SortedSet<LookupKey> takeKeys(ByteBuffer in, int count) {
    SortedSet<LookupKey> keys = new TreeSet<>(ClientState.KEY_ORDER);
    for (int i = 0; i < count; i++) {
      keys.add(LookupKey.ofBytes(take(in, LookupKey.BYTES)));
    }
    return keys;
  }

  static DiscoveryException damaged() {
    return unreadable("is damaged");
  }

  static DiscoveryException unreadable(String why) {
    return new DiscoveryException(
        DiscoveryError.STATE_UNREADABLE,
        "The stored state "
            + why
            + ". Delete it to start again; contacts are then paid for again.");
  }
}
