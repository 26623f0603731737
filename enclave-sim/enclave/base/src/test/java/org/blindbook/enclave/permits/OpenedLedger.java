package org.blindbook.enclave.permits;

import java.io.IOException;
import java.util.HexFormat;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.hardware.Hardware;

/**
 * What stands in a sealed ledger, for a test that has the hardware.
 *
 * @param level whole permits, as {@code floor}
 * @param device that asked last, in hexadecimal
 */
public record OpenedLedger(long level, long floor, String device) {
  /** What a device has left, if no time passes. */
  public long leftFor(String asking) {
    return asking.equals(device) ? level : floor;
  }

  public static OpenedLedger of(byte[] sealed, byte[] account, Hardware hardware)
      throws IOException {
    Ledger ledger = Ledger.open(sealed, account, SecretKey.of(hardware, "ledger")).orElseThrow();
    HexFormat hex = HexFormat.of();
    return new OpenedLedger(
        ledger.level / Ledger.MICRO,
        ledger.floor / Ledger.MICRO,
        hex.toHexDigits(ledger.deviceHi) + hex.toHexDigits(ledger.deviceLo));
  }
}
