package org.blindbook.protocol.loading;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.OneWayMessage;
import org.blindbook.protocol.noise.StaticKey;

/**
 * Identifiers whose lookup keys are wanted, for loading, as they travel to the evaluator's enclave.
 *
 * <pre>
 *    0   1  type, {@value #TYPE}
 *    1   3  zero
 *    4   4  count: identifiers, 1 to {@value #MAX}
 *    8   4  epoch of the evaluator's key
 *   12   4  zero
 *   16  32  channel key that the batch is sealed to
 *   48      a {@link OneWayMessage}, whose prologue is "blindbook bulk evaluation v1" and the 48
 *           bytes before; in it, for each identifier, its length in 2 bytes and its canonical form,
 *           UTF-8
 * </pre>
 *
 * Integers are big-endian. Leak rule: the first 48 bytes and the length are public, the rest is
 * ciphertext. So the host can count what it lets through, and the enclave holds it to the count.
 */
public final class SealedBatch {
  /** As many take a core about 50 ms. */
  public static final int MAX = 512;

  public static final int MAX_IDENTIFIER_BYTES = 1024;
  public static final int KEY_BYTES = 32;

  private static final int TYPE = 7;
  private static final int COUNT_AT = 4;
  private static final int EPOCH_AT = 8;
  private static final int KEY_AT = 16;
  private static final int HEADER_BYTES = 48;
  private static final byte[] DOMAIN = "blindbook bulk evaluation v1".getBytes(US_ASCII);

  /** The longest there is. */
  public static final int MAX_BYTES =
      HEADER_BYTES + OneWayMessage.sealedLength(MAX * (Short.BYTES + MAX_IDENTIFIER_BYTES));

  private final ByteBuffer bytes;

  private SealedBatch(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /**
   * @param channelKey of the enclave, from its claims
   * @param epoch of the evaluator's key
   * @param identifiers 1 to {@value #MAX}, each of at most {@value #MAX_IDENTIFIER_BYTES} bytes
   * @throws NoiseException when the channel key is of small order
   */
  public static SealedBatch seal(
      byte[] channelKey, int epoch, List<byte[]> identifiers, SecureRandom random)
      throws NoiseException {
    if (channelKey.length != KEY_BYTES
        || identifiers.isEmpty()
        || identifiers.size() > MAX
        || identifiers.stream().anyMatch(i -> i.length > MAX_IDENTIFIER_BYTES)) {
      throw new IllegalArgumentException("too many identifiers, or none, or too long ones");
    }
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .put(0, (byte) TYPE)
            .putInt(COUNT_AT, identifiers.size())
            .putInt(EPOCH_AT, epoch)
            .put(KEY_AT, channelKey)
            .array();
    int length = identifiers.stream().mapToInt(i -> Short.BYTES + i.length).sum();
    ByteBuffer plain = ByteBuffer.allocate(length);
    for (byte[] identifier : identifiers) {
      plain.putShort((short) identifier.length).put(identifier);
    }
    byte[] sealed = OneWayMessage.seal(channelKey, prologue(header), plain.array(), random);
    Arrays.fill(plain.array(), (byte) 0);
    return new SealedBatch(
        ByteBuffer.allocate(HEADER_BYTES + sealed.length).put(header).put(sealed).array());
  }

  /**
   * @throws MalformedMessageException unless the bytes have the form of one batch; what is sealed
   *     only the holder of the key can tell
   */
  public static SealedBatch decode(byte[] encoded) throws MalformedMessageException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    if (encoded.length < HEADER_BYTES
        || encoded.length > MAX_BYTES
        || in.getInt(0) != TYPE << 24
        || in.getInt(COUNT_AT) < 1
        || in.getInt(COUNT_AT) > MAX
        || in.getInt(12) != 0) {
      throw new MalformedMessageException("not a sealed batch");
    }
    return new SealedBatch(encoded);
  }

  /** The batch as it travels. Not a copy. */
  public byte[] encoded() {
    return bytes.array();
  }

  public int count() {
    return bytes.getInt(COUNT_AT);
  }

  public int epoch() {
    return bytes.getInt(EPOCH_AT);
  }

  /** Which channel key it is sealed to. */
  public byte[] channelKey() {
    return Arrays.copyOfRange(bytes.array(), KEY_AT, HEADER_BYTES);
  }

  /**
   * The identifiers; whoever has them wipes them.
   *
   * @throws MalformedMessageException unless somebody sealed exactly so many identifiers to this
   *     key, under this header
   * @leaks the lengths of the identifiers
   */
  public List<byte[]> open(StaticKey key, SecureRandom random) throws MalformedMessageException {
    byte[] header = Arrays.copyOf(bytes.array(), HEADER_BYTES);
    byte[] sealed = Arrays.copyOfRange(bytes.array(), HEADER_BYTES, bytes.array().length);
    byte[] plain;
    try {
      plain = OneWayMessage.open(key, prologue(header), sealed, random);
    } catch (NoiseException e) {
      throw new MalformedMessageException("a batch is not genuine");
    }
    try {
      return cut(ByteBuffer.wrap(plain), count());
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static List<byte[]> cut(ByteBuffer in, int count) throws MalformedMessageException {
    List<byte[]> identifiers = new ArrayList<>(count);
    while (in.remaining() >= Short.BYTES) {
      int length = in.getShort() & 0xFFFF;
      if (length > MAX_IDENTIFIER_BYTES || length > in.remaining()) {
        throw new MalformedMessageException("an identifier in a batch is too long");
      }
      byte[] identifier = new byte[length];
      in.get(identifier);
      identifiers.add(identifier);
    }
    if (in.hasRemaining() || identifiers.size() != count) {
      throw new MalformedMessageException("a batch has another count than it says");
    }
    return identifiers;
  }

  private static byte[] prologue(byte[] header) {
    return ByteBuffer.allocate(DOMAIN.length + header.length).put(DOMAIN).put(header).array();
  }

  @Override
  public String toString() {
    return "SealedBatch[" + count() + " sealed]";
  }
}
