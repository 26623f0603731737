package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** One verification under way: what it goes by, and what it has found so far. */
final class Inquiry {
  private final List<TrustAnchor> anchors;
  private final Instant instant;
  private final Validity validity = new Validity();
  private final List<Check> checks = new ArrayList<>();
  private @Nullable TrustAnchor anchor;

  /**
   * @param anchors roots that the evidence may end at
   * @param instant to judge at
   */
  Inquiry(List<TrustAnchor> anchors, Instant instant) {
    this.anchors = anchors;
    this.instant = instant;
  }

  Instant instant() {
    return instant;
  }

  /** The periods of everything relied on. */
  Validity validity() {
    return validity;
  }

  void add(Check check) {
    checks.add(check);
  }

  /** In the order of the steps, whatever order they were taken in. */
  List<Check> checks() {
    return checks.stream().sorted(Comparator.comparing(Check::step)).toList();
  }

  /** Whether the certificate is of one of the anchors, which is then the evidence's anchor. */
  boolean endsAtAnchor(X509CertificateHolder root) {
    for (TrustAnchor candidate : anchors) {
      if (candidate.isKeyOf(root)) {
        anchor = candidate;
      }
    }
    return anchor != null;
  }

  /** The root that the evidence ends at, when it is one of the anchors. */
  @Nullable TrustAnchor anchor() {
    return anchor;
  }
}
