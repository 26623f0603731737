package org.blindbook.server.lookup;

import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.server.enclavehost.UnansweredException;
import org.blindbook.server.ledgers.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told of how its session ends. */
final class CloseCodes {
  private static final Logger log = LoggerFactory.getLogger(CloseCodes.class);

  private CloseCodes() {}

  /** Of a session that its enclave has ended. */
  static CloseCode of(SessionEnd end) {
    return switch (end) {
      case OPEN, COMPLETE -> CloseCode.NORMAL;
      case BAD_REQUEST -> CloseCode.BAD_REQUEST;
      case WRONG_EPOCH -> CloseCode.WRONG_EPOCH;
    };
  }

  /** Of one that the enclave or the ledgers could not go on with. */
  static CloseCode of(Throwable failure) {
    return switch (failure) {
      case UnavailableException ledgers -> CloseCode.OVERLOADED;
      case CallException refused -> of(refused.error());
      case UnansweredException unanswered ->
          switch (unanswered.reason()) {
            case ENDED -> CloseCode.ENCLAVE_RESTARTING;
            case BUSY -> CloseCode.OVERLOADED;
            case UNREADABLE -> defect("the enclave's answer cannot be read");
          };
      default -> defect("a call failed in a way that there is none");
    };
  }

  private static CloseCode of(CallError error) {
    return switch (error) {
      case UNKNOWN_SESSION, NOT_READY -> CloseCode.ENCLAVE_RESTARTING;
      case TOO_MANY_SESSIONS, NO_EVIDENCE -> CloseCode.OVERLOADED;
      default -> defect("the enclave refused a client's call: " + error);
    };
  }

  private static CloseCode defect(String what) {
    log.error("a defect: {}", what);
    return CloseCode.OVERLOADED;
  }
}
