package org.blindbook.client;

import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.protocol.oprf.OprfException;

/** An evaluator's key: what outputs belong to. The number alone would let another key take over. */
record KeyEpoch(int number, PublicKey key) {

  /**
   * @param claims of blinded mode, whose key the policy pins
   */
  static KeyEpoch of(ReceivedClaims claims) throws DiscoveryException {
    try {
      return new KeyEpoch(claims.epoch(), PublicKey.decode(claims.oprfPublicKey()));
    } catch (OprfException e) {
      throw new DiscoveryException(
          DiscoveryError.UNTRUSTED_SERVER,
          "The evaluator's public key is none, though the policy names it: check the policy.",
          e);
    }
  }
}
