package org.blindbook.server.lookup;

import java.util.OptionalInt;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.EnclaveRole;

/** What the length of a request's ciphertext says: its size class, and nothing else. */
final class RequestLength {
  private RequestLength() {}

  /**
   * The size class of a request of this many bytes on the wire; empty when no request has this
   * length.
   */
  static OptionalInt sizeClass(EnclaveRole role, int length) {
    for (int capacity = SizeClass.SMALLEST; capacity <= SizeClass.LARGEST; capacity *= 2) {
      if (SecureChannel.sealedLength(plaintext(role, capacity)) == length) {
        return OptionalInt.of(capacity);
      }
    }
    return OptionalInt.empty();
  }

  private static int plaintext(EnclaveRole role, int capacity) {
    return switch (role) {
      case LOOKUP -> DiscoveryRequest.length(capacity);
      case EVALUATOR -> EvaluationRequest.ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES;
    };
  }
}
