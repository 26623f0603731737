package org.blindbook.server.lookup;

import java.util.OptionalInt;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.server.enclavehost.EnclaveRole;

/**
 * What a client sends, in this order and once each, and how long that is on the wire. What the host
 * knows of a message it knows from here: its place in the order, and its length.
 */
enum ClientMessage {
  HANDSHAKE,
  REQUEST,
  ACKNOWLEDGEMENT,
  /** The exchange is over. */
  NOTHING;

  /** The one that comes after it. */
  ClientMessage next() {
    return this == NOTHING ? NOTHING : values()[ordinal() + 1];
  }

  /** No message at this place of the order is longer. */
  int maxBytes(EnclaveRole role) {
    return switch (this) {
      case HANDSHAKE -> Handshake.MESSAGE_BYTES;
      case REQUEST -> requestBytes(role, SizeClass.LARGEST);
      case ACKNOWLEDGEMENT -> SecureChannel.sealedLength(Acknowledgement.BYTES);
      case NOTHING -> 0;
    };
  }

  /** Of a request, as it travels. */
  static int requestBytes(EnclaveRole role, int capacity) {
    return SecureChannel.sealedLength(
        switch (role) {
          case LOOKUP, RECENT -> DiscoveryRequest.length(capacity);
          case EVALUATOR ->
              EvaluationRequest.ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES;
        });
  }

  /** Of the results of a request, as they travel. */
  static int resultBytes(EnclaveRole role, int capacity) {
    return SecureChannel.sealedLength(
        switch (role) {
          case LOOKUP, RECENT -> Results.length(capacity);
          case EVALUATOR -> EvaluationReply.length(capacity);
        });
  }

  /** The size class whose requests are so long; empty when there is none. */
  static OptionalInt capacity(EnclaveRole role, int bytes) {
    for (int capacity = SizeClass.SMALLEST; capacity <= SizeClass.LARGEST; capacity *= 2) {
      if (bytes == requestBytes(role, capacity)) {
        return OptionalInt.of(capacity);
      }
    }
    return OptionalInt.empty();
  }
}
