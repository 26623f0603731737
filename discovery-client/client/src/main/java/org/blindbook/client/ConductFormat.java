package org.blindbook.client;

import java.nio.ByteBuffer;
import org.blindbook.protocol.message.DiscoveryMode;
import org.jspecify.annotations.Nullable;

/**
 * How the client has dealt with its services, as bytes: {@link Pacing}, {@link PermitBounds}, and
 * when it last asked for everything.
 *
 * <pre>
 *   0   1  tenths of a retry that are left
 *   1   1  failures in a row
 *   2   1  why a server wants to be left alone: 0 it does not, 1 rate limited, 2 overloaded, 3
 *          restarting
 *   3   1  mode whose permits these are, as in claims; 0 when none are known
 *   4   4  when a lookup among all registrations was answered last, minutes since 1970; 0 when none
 *          was
 *   8   8  until when a server wants to be left alone, seconds since 1970
 *  16   4  permits of a full account
 *  20   4  permits that are gained in a day
 *  24   8  permits left at least, in millionths
 *  32   8  permits left at most, in millionths
 *  40   8  time of both, seconds since 1970
 * </pre>
 */
final class ConductFormat {
  static final int BYTES = 48;

  private static final DiscoveryError[] REASONS = {
    DiscoveryError.RATE_LIMITED, DiscoveryError.OVERLOADED, DiscoveryError.RESTARTING
  };

  private ConductFormat() {}

  static void encode(ClientState state, ByteBuffer out) {
    Pacing pacing = state.pacing();
    @Nullable PermitBounds permits = state.permits();
    out.put((byte) pacing.tenths())
        .put((byte) pacing.failures())
        .put((byte) code(pacing.reason()))
        .put((byte) (permits == null ? 0 : permits.mode().wire()))
        .putInt(state.fullyAskedMinutes())
        .putLong(pacing.notBeforeSeconds());
    if (permits == null) {
      out.put(new byte[32]);
    } else {
      out.putInt(permits.quota().capacity())
          .putInt(permits.quota().refillPerDay())
          .putLong(permits.least())
          .putLong(permits.most())
          .putLong(permits.atSeconds());
    }
  }

  /** A server's other failures are of the third kind: it will be back. */
  private static int code(@Nullable DiscoveryError reason) {
    for (int i = 0; i < REASONS.length; i++) {
      if (REASONS[i] == reason) {
        return i + 1;
      }
    }
    return reason == null ? 0 : REASONS.length;
  }

  /**
   * @param block {@value #BYTES} bytes
   */
  static Pacing pacing(ByteBuffer block) throws DiscoveryException {
    int tenths = block.get(0);
    int failures = block.get(1);
    int code = block.get(2);
    if (tenths < 0
        || tenths > Pacing.FULL
        || failures < 0
        || failures > Pacing.MAX_FAILURES
        || code < 0
        || code > REASONS.length) {
      throw StateFormat.damaged();
    }
    return new Pacing(tenths, failures, block.getLong(8), code == 0 ? null : REASONS[code - 1]);
  }

  /**
   * @param block {@value #BYTES} bytes
   */
  static int fullyAskedMinutes(ByteBuffer block) throws DiscoveryException {
    int minutes = block.getInt(4);
    if (minutes < 0) {
      throw StateFormat.damaged();
    }
    return minutes;
  }

  /**
   * @param block {@value #BYTES} bytes
   */
  static @Nullable PermitBounds permits(ByteBuffer block) throws DiscoveryException {
    int wire = block.get(3);
    for (DiscoveryMode mode : DiscoveryMode.values()) {
      if (mode.wire() == wire) {
        Quota quota = new Quota(block.getInt(16), block.getInt(20));
        PermitBounds bounds =
            new PermitBounds(mode, quota, block.getLong(24), block.getLong(32), block.getLong(40));
        if (!bounds.isSound()) {
          throw StateFormat.damaged();
        }
        return bounds;
      }
    }
    if (wire != 0) {
      throw StateFormat.damaged();
    }
    return null;
  }
}
