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
   * @throws IOException when the hardware gives no keys
   * @leaks nothing: there is no query yet
   */
  public static Permits of(Hardware hardware, ClientLimits limits, SecureRandom random)
      throws IOException {
    return new Permits(
        limits.permitCapacity(),
        limits.permitRefillPerDay(),
        SecretKey.of(hardware, "ledger"),
        SecretKey.of(hardware, "charge"),
        random);
  }

  /**
   * What became of a charge.
   *
   * @param granted whether the results may be given
   * @param charged permits taken, 0 for a repeat
   * @param retryAfterSeconds when refused: when the permits would suffice, 0 for never
   * @param ledger the account's new sealed ledger
   */
  public record Decision(boolean granted, int charged, int retryAfterSeconds, byte[] ledger) {
    @Override
    public String toString() {
      return "Decision[redacted]";
    }
  }

  /**
   * Charges {@code count} new contacts.
   *
   * @param sealedLedger the account's ledger, empty for an account that never asked
   * @param retryNonce names the request
   * @param content names what is charged, in a fixed length; with the same nonce it is charged once
   * @param nowSeconds the host's time; an earlier one than before refills nothing
   * @return empty when the sealed ledger is not genuine for this account
   * @leaks whether the charge is refused: the session ends then. The number of new contacts, the
   *     level and whether it is a repeat stay hidden.
   */
  public Optional<Decision> charge(
      byte[] account,
      byte[] sealedLedger,
      byte[] retryNonce,
      byte[] content,
      long count,
      long nowSeconds) {
    Optional<Ledger> opened =
        sealedLedger.length == 0
            ? Optional.of(Ledger.full(capacity, nowSeconds))
            : Ledger.open(sealedLedger, account, ledgerKey);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    Ledger ledger = opened.get();
    refill(ledger, nowSeconds);

    ByteBuffer id = ByteBuffer.wrap(chargeKey.mac(account, retryNonce, content));
    long idHi = id.getLong();
    long idLo = id.getLong();
    long free = repeatMask(ledger, idHi, idLo) | Masks.isZero(count);
    long charged = count & ~free;
    long left = ledger.level - charged * Ledger.MICRO;
    long refused = left >> 63;

    long paid = ~free & ~refused;
    ledger.level = Masks.select(refused, ledger.level, left);
    for (int i = Ledger.CHARGES - 1; i > 0; i--) {
      pushDown(ledger.charges, 2 * i, paid);
      pushDown(ledger.charges, 2 * i + 1, paid);
    }
    ledger.charges[0] = Masks.select(paid, idHi, ledger.charges[0]);
    ledger.charges[1] = Masks.select(paid, idLo, ledger.charges[1]);

    byte[] sealed = ledger.seal(account, ledgerKey, random);
    if (refused != 0) {
      return Optional.of(new Decision(false, 0, secondsUntil(-left, count), sealed));
    }
    return Optional.of(new Decision(true, (int) charged, 0, sealed));
  }

  /** Adds what the account gained since the ledger's time, up to the capacity. */
  private void refill(Ledger ledger, long nowSeconds) {
    // Times are the host's and public; the level is not.
    long elapsed = Math.clamp(nowSeconds - ledger.timeSeconds, 0, 10_000 * SECONDS_PER_DAY);
    ledger.timeSeconds += elapsed;
    long full = capacity * Ledger.MICRO;
    long level = ledger.level + elapsed * refillPerSecond;
    long over = (full - level) >> 63;
    ledger.level = Masks.select(over, full, level);
  }

  /** All ones when one of the ledger's charges is this one. */
  private static long repeatMask(Ledger ledger, long idHi, long idLo) {
    long mask = 0;
    for (int i = 0; i < 2 * Ledger.CHARGES; i += 2) {
      mask |= Masks.isZero((ledger.charges[i] ^ idHi) | (ledger.charges[i + 1] ^ idLo));
    }
    return mask;
  }

  private static void pushDown(long[] charges, int at, long mask) {
    charges[at] = Masks.select(mask, charges[at - 2], charges[at]);
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
