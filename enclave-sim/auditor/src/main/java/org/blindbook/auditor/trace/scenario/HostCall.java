package org.blindbook.auditor.trace.scenario;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import org.blindbook.auditor.trace.scenario.HostView.State;
import org.blindbook.auditor.trace.scenario.HostView.Step;
import org.blindbook.auditor.trace.scenario.HostView.Table;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.noise.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * What the host hands in with a call, and how its answer becomes a step of a {@link HostView}.
 *
 * @param name of the call, or of the message
 * @param session as in the view; 0 when the call is of none
 * @param sent bytes
 * @param ledgerSent bytes
 */
record HostCall(String name, long session, int sent, int ledgerSent) {
  /** A session's first message, whose answer begins with a key in clear. */
  static final String HANDSHAKE = "handshake";

  static final String SNAPSHOT = "snapshot";

  /** Of the salt that a sealed ledger and a sealed key begin with, in clear. */
  private static final int SALT_BYTES = 32;

  /** Of a sealed chunk: version, snapshot, number, and whether it is the last. */
  private static final int CHUNK_HEADER_BYTES = 23;

  static HostCall named(String name) {
    return new HostCall(name, 0, 0, 0);
  }

  /**
   * The call was answered.
   *
   * @param readable whether to tell what is in clear: not where the enclave's randomness differs
   */
  Step answered(@Nullable Object answer, boolean readable, long drawn) {
    int reply = 0;
    int ledger = 0;
    String clear = "";
    String end = "";
    State state = State.NOT_ASKED;
    if (answer instanceof Received received) {
      reply = received.reply().length;
      ledger = received.ledger().length;
      clear = clear(received);
      end = received.close().name();
    } else if (answer instanceof Opened opened) {
      reply = opened.offer().encode().length;
      clear = clear(opened.offer().claims().encode());
    } else if (answer instanceof byte[] sealed) {
      reply = sealed.length;
      clear = prefix(sealed, name.equals(SNAPSHOT) ? CHUNK_HEADER_BYTES : SALT_BYTES);
    } else if (answer instanceof Table table) {
      state = new State(0, false, table);
    }
    return new Step(
        name, session, sent, ledgerSent, reply, ledger, readable ? clear : "", end, drawn, state);
  }

  /** The call failed: its error is all that the host sees. */
  Step failed(Throwable failure, long drawn) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String end =
        cause instanceof CallException refused
            ? refused.error().name()
            : String.valueOf(cause).split(":", 2)[0];
    return new Step(name, session, sent, ledgerSent, 0, 0, "", end, drawn, State.NOT_ASKED);
  }

  /** The enclave's fresh key of a handshake, and the salt of a ledger. */
  private String clear(Received received) {
    int key = name.equals(HANDSHAKE) ? Handshake.DH_BYTES : 0;
    return prefix(received.reply(), key) + prefix(received.ledger(), SALT_BYTES);
  }

  /** The claims but for the digest of the settings, which the host chose itself. */
  private static String clear(byte[] claims) {
    Arrays.fill(claims, Claims.SETTINGS_AT, Claims.RUNTIME_AT, (byte) 0);
    return HexFormat.of().formatHex(claims);
  }

  private static String prefix(byte[] bytes, int length) {
    return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(length, bytes.length)));
  }
}
