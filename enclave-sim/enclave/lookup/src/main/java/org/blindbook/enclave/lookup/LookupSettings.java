package org.blindbook.enclave.lookup;

import java.util.HexFormat;
import java.util.Optional;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.enclave.settings.Settings;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;

/**
 * What a deployment may choose for a lookup enclave.
 *
 * @param blinded in {@code mode=blinded}: {@code epoch}, from 1, and {@code evaluator.public-key},
 *     64 hexadecimal digits, of whose outputs the table consists; empty in {@code mode=truncated}
 * @param recent {@code registrations}: {@code recent} for an enclave whose table has the newest
 *     only, else {@code all}
 * @param kernel {@code table.kernel}: the table's inner loops, {@code vector512}, {@code vector256}
 *     or {@code plain}
 * @param threads {@code table.threads}: of a pass over the table
 */
record LookupSettings(
    Optional<Claims.Blinded> blinded,
    boolean recent,
    String kernel,
    int threads,
    ClientLimits limits) {
  private static final int MAX_EPOCH = 1_000_000;
  private static final int MAX_THREADS = 256;

  /**
   * @throws IllegalArgumentException with a plain sentence, when a setting is missing, unknown or
   *     out of range
   */
  static LookupSettings parse(byte[] bytes) {
    Settings settings = new Settings(bytes);
    boolean isBlinded =
        settings.take("mode", "truncated|blinded", "truncated or blinded").equals("blinded");
    LookupSettings parsed =
        new LookupSettings(
            isBlinded ? Optional.of(takeBlinded(settings)) : Optional.empty(),
            settings.take("registrations", "all|recent", "all or recent").equals("recent"),
            settings.take(
                "table.kernel", "vector512|vector256|plain", "vector512, vector256 or plain"),
            settings.take("table.threads", 1, MAX_THREADS),
            ClientLimits.take(settings));
    settings.requireAllTaken();
    return parsed;
  }

  private static Claims.Blinded takeBlinded(Settings settings) {
    String key = settings.take("evaluator.public-key", "[0-9a-f]{64}", "64 hexadecimal digits");
    return new Claims.Blinded(
        DeploymentRole.LOOKUP, settings.take("epoch", 1, MAX_EPOCH), HexFormat.of().parseHex(key));
  }

  /** 0 in truncated mode. */
  int epoch() {
    return blinded.map(Claims.Blinded::epoch).orElse(0);
  }
}
