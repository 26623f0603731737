package org.blindbook.enclave.session;

import java.nio.ByteBuffer;
import java.util.List;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;

/**
 * A hash tree over claims, so that one quote vouches for all of them: {@link Offer} says how. Every
 * field is public.
 */
final class ClaimsTree {
  /** All nodes, the root at 1, the children of i at 2i and 2i + 1; zeros where nothing hangs. */
  private final byte[][] nodes;

  private final int leaves;

  /**
   * @param claims 1 to {@value Offer#MOST_TOGETHER}
   */
  ClaimsTree(List<Claims> claims) {
    leaves = Integer.highestOneBit(2 * claims.size() - 1);
    nodes = new byte[2 * leaves][Sha256.BYTES];
    for (int i = 0; i < claims.size(); i++) {
      nodes[leaves + i] = claims.get(i).digest();
    }
    for (int i = leaves - 1; i > 0; i--) {
      nodes[i] = Sha256.of(Offer.NODE_PREFIX, nodes[2 * i], nodes[2 * i + 1]);
    }
  }

  /**
   * @leaks nothing: claims are public
   */
  byte[] root() {
    return nodes[1];
  }

  /**
   * What leads from claims number {@code i} to the root; empty when they are alone.
   *
   * @leaks the number
   */
  byte[] path(int i) {
    int depth = Integer.numberOfTrailingZeros(leaves);
    if (depth == 0) {
      return new byte[0];
    }
    ByteBuffer path = ByteBuffer.allocate(Integer.BYTES + depth * Sha256.BYTES).putInt(i);
    for (int node = leaves + i; node > 1; node /= 2) {
      path.put(nodes[node ^ 1]);
    }
    return path.array();
  }
}
