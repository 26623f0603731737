package org.blindbook.enclave.permits;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.Aead;

/**
 * What an account has left: a fixed-size record that the host keeps sealed and cannot read. It says
 * that an account asked, never how much.
 *
 * <pre>
 *   0   4  version, {@value #VERSION}
 *   4   4  zero
 *   8   8  level, in millionths of a permit
 *  16   8  floor: what would be left if every request had cost its whole size class
 *  24   8  time of both, seconds since 1970
 *  32  16  the device that asked last
 *  48      the last {@value #CHARGES} requests, newest first, 16 bytes each; zeros for one that was
 *          not granted
 * </pre>
 *
 * <p>The host can ask in an account's name, and would learn from what it is granted how much a user
 * was charged. So only the device that asked last has the level; another one has the floor, which
 * the host can compute itself (docs/decisions/1301).
 *
 * <p>Several are kept so that a retry stays free although another device of the account asked in
 * between. Every request takes a place, free and refused ones too: the host could ask itself, and
 * find out by what is still free whether the user's request was charged (docs/decisions/1321).
 */
final class Ledger {
  static final int CHARGES = 8;
  static final int CHARGE_BYTES = 16;
  static final long MICRO = 1_000_000;

  private static final int VERSION = 2;
  private static final int LONGS_AT = 8;
  private static final int CHARGES_AT = 48;
  private static final int BYTES = CHARGES_AT + CHARGES * CHARGE_BYTES;

  /** Drawn for every sealing, so that each has a key of its own. */
  private static final int SALT_BYTES = 32;

  private static final byte[] NONCE = new byte[Aead.NONCE_BYTES];

  /** Length of every sealed ledger: salt, record, tag. */
  static final int SEALED_BYTES = SALT_BYTES + BYTES + Aead.TAG_BYTES;

  long level;
  long floor;
  long timeSeconds;
  long deviceHi;
  long deviceLo;

  /** Of the last requests, newest first, two longs each. */
  final long[] charges = new long[2 * CHARGES];

  /**
   * The ledger of an account that never asked.
   *
   * @leaks nothing
   */
  static Ledger full(long capacity, long nowSeconds) {
    Ledger ledger = new Ledger();
    ledger.level = capacity * MICRO;
    ledger.floor = ledger.level;
    ledger.timeSeconds = nowSeconds;
    return ledger;
  }

  /**
   * The ledger in a sealed record, empty when the record is not genuine for this account.
   *
   * @leaks whether the ledger is genuine for this account
   */
  static Optional<Ledger> open(byte[] sealed, byte[] account, SecretKey key) {
    if (sealed.length != SEALED_BYTES) {
      return Optional.empty();
    }
    byte[] salt = Arrays.copyOf(sealed, SALT_BYTES);
    return key.aeadFor(account, salt)
        .open(NONCE, Arrays.copyOfRange(sealed, SALT_BYTES, sealed.length), account)
        .map(Ledger::of);
  }

  private static Ledger of(byte[] bytes) {
    LongBuffer in = ByteBuffer.wrap(bytes).position(LONGS_AT).asLongBuffer();
    Ledger ledger = new Ledger();
    ledger.level = in.get();
    ledger.floor = in.get();
    ledger.timeSeconds = in.get();
    ledger.deviceHi = in.get();
    ledger.deviceLo = in.get();
    in.get(ledger.charges);
    Arrays.fill(bytes, (byte) 0);
    return ledger;
  }

  /**
   * @leaks nothing
   */
  byte[] seal(byte[] account, SecretKey key, SecureRandom random) {
    ByteBuffer out = ByteBuffer.allocate(BYTES).putInt(VERSION).putInt(0);
    out.asLongBuffer()
        .put(level)
        .put(floor)
        .put(timeSeconds)
        .put(deviceHi)
        .put(deviceLo)
        .put(charges);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] ciphertext = key.aeadFor(account, salt).seal(NONCE, out.array(), account);
    Arrays.fill(out.array(), (byte) 0);
    byte[] sealed = Arrays.copyOf(salt, SEALED_BYTES);
    System.arraycopy(ciphertext, 0, sealed, SALT_BYTES, ciphertext.length);
    return sealed;
  }
}
