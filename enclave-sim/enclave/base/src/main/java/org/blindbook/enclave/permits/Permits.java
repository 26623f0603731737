package org.blindbook.enclave.permits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.protocol.hardware.Hardware;

/**
 * Charges an account for new contacts: a bucket of {@code capacity} permits that refills at a
 * constant rate. The same new contacts asked again with the same retry nonce cost nothing.
 */
public final class Permits {
  private static final long SECONDS_PER_DAY = 86_400;

  private final long capacity;
  private final long refillPerSecond;

  /** Of the refill per second, in units of 2^-64. */
  private final long reciprocal;

  private final SecretKey ledgerKey;
  private final SecretKey chargeKey;
  private final SecureRandom random;

  /**
   * @param capacity permits of a full account
   * @param refillPerDay permits an account gains in a day
   */
  public Permits(
      int capacity,
      int refillPerDay,
      SecretKey ledgerKey,
      SecretKey chargeKey,
      SecureRandom random) {
    this.capacity = capacity;
    this.refillPerSecond = refillPerDay * Ledger.MICRO / SECONDS_PER_DAY;
    this.reciprocal = Long.divideUnsigned(-1, refillPerSecond);
    this.ledgerKey = ledgerKey;
    this.chargeKey = chargeKey;
    this.random = random;
  }

  /**
   * With the keys of this hardware and a deployment's limits.
   *
   * @param keyPrefix begins the names of the keys: under another one, ledgers are of another kind
   * @throws IOException when the hardware gives no keys
   * @leaks nothing: there is no query yet
   */
  public static Permits of(
      Hardware hardware, String keyPrefix, ClientLimits limits, SecureRandom random)
      throws IOException {
    return new Permits(
        limits.permitCapacity(),
        limits.permitRefillPerDay(),
        SecretKey.of(hardware, keyPrefix + "ledger"),
        SecretKey.of(hardware, keyPrefix + "charge"),
        random);
  }

  /**
   * What is to be paid.
   *
   * @param retryNonce names the request, its first 16 bytes the device that asks
   * @param content names what is charged, in a fixed length; with the same nonce it is charged once
   * @param count of new contacts
   * @param capacity the request's size class, which the host knows
   */
  public record Bill(byte[] retryNonce, byte[] content, long count, int capacity) {
    @Override
    public String toString() {
      return "Bill[redacted]";
    }
  }

  /**
   * What became of it; only the client may learn.
   *
   * @param granted all ones when the results may be given, else zero
   * @param charged permits taken, 0 for a repeat
   * @param retryAfterSeconds when the permits do not suffice: when they would, 0 for never
   * @param ledger the account's new sealed ledger
   */
  public record Decision(long granted, int charged, int retryAfterSeconds, byte[] ledger) {
    @Override
    public String toString() {
      return "Decision[redacted]";
    }
  }

  /**
   * Charges for new contacts, or does as much for nothing.
   *
   * @param sealedLedger the account's ledger, empty for an account that never asked
   * @param valid all ones; zero when the request is not to be granted, whatever is left
   * @param nowSeconds the host's time; an earlier one than before refills nothing
   * @return empty when the sealed ledger is not genuine for this account
   * @leaks whether it is. What is charged, what is left and whether it suffices stay hidden.
   */
  public Optional<Decision> charge(
      byte[] account, byte[] sealedLedger, Bill bill, long valid, long nowSeconds) {
    Optional<Ledger> opened =
        sealedLedger.length == 0
            ? Optional.of(Ledger.full(capacity, nowSeconds))
            : Ledger.open(sealedLedger, account, ledgerKey);
    return opened.map(ledger -> charge(ledger, account, bill, valid, nowSeconds));
  }

  private Decision charge(Ledger ledger, byte[] account, Bill bill, long valid, long nowSeconds) {
    refill(ledger, nowSeconds);
    useBy(ledger, ByteBuffer.wrap(bill.retryNonce));
    ByteBuffer id = ByteBuffer.wrap(chargeKey.mac(account, bill.retryNonce, bill.content));
    long idHi = id.getLong();
    long idLo = id.getLong();
    long free = repeatMask(ledger, idHi, idLo) | Masks.isZero(bill.count) | ~valid;
    long charged = bill.count & ~free;
    long left = ledger.level - charged * Ledger.MICRO;
    long refused = left >> 63;
    long granted = valid & ~refused;
    ledger.level = Masks.select(refused, ledger.level, left);
    ledger.floor = orZero(ledger.floor - bill.capacity * Ledger.MICRO);
    // Always: whoever asked before in this account's name sees what is forgotten.
    System.arraycopy(ledger.charges, 0, ledger.charges, 2, 2 * Ledger.CHARGES - 2);
    ledger.charges[0] = idHi & granted;
    ledger.charges[1] = idLo & granted;
    return new Decision(
        granted,
        (int) (charged & granted),
        (int) (secondsUntil(-left, bill.count) & refused),
        ledger.seal(account, ledgerKey, random));
  }

  /** The level is for the device that asked last. Another one begins at the floor. */
  private static void useBy(Ledger ledger, ByteBuffer nonce) {
    long hi = nonce.getLong();
    long lo = nonce.getLong();
    long same = Masks.equal(hi, ledger.deviceHi) & Masks.equal(lo, ledger.deviceLo);
    ledger.level = Masks.select(same, ledger.level, ledger.floor);
    ledger.deviceHi = hi;
    ledger.deviceLo = lo;
  }

  private static long orZero(long x) {
    return x & ~(x >> 63);
  }

  /** Adds what the account gained since the ledger's time, up to the capacity. */
  private void refill(Ledger ledger, long nowSeconds) {
    // Times are the host's and public; the level is not.
    long elapsed = Math.clamp(nowSeconds - ledger.timeSeconds, 0, 10_000 * SECONDS_PER_DAY);
    ledger.timeSeconds += elapsed;
    ledger.level = atMostFull(ledger.level + elapsed * refillPerSecond);
    ledger.floor = atMostFull(ledger.floor + elapsed * refillPerSecond);
  }

  private long atMostFull(long level) {
    long full = capacity * Ledger.MICRO;
    return full - orZero(full - level);
  }

  /** All ones when one of the ledger's charges is this one. */
  private static long repeatMask(Ledger ledger, long idHi, long idLo) {
    long mask = 0;
    for (int i = 0; i < 2 * Ledger.CHARGES; i += 2) {
      mask |= Masks.isZero((ledger.charges[i] ^ idHi) | (ledger.charges[i + 1] ^ idLo));
    }
    return mask;
  }

  /**
   * When the permits suffice, 0 when the account can never have as many. A multiplication by the
   * reciprocal, because division takes time by its operands; rounds up.
   *
   * @leaks nothing: only the client learns which, inside the channel
   */
  private int secondsUntil(long missing, long count) {
    long seconds = 1 + Math.unsignedMultiplyHigh(missing, reciprocal);
    long tooLong = Masks.below(Integer.MAX_VALUE, seconds);
    long never = Masks.below(capacity, count);
    return (int) (Masks.select(tooLong, Integer.MAX_VALUE, seconds) & ~never);
  }
}
