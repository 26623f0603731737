/** Evidence: its formats, how it is verified, and how a policy appraises it. */
module org.blindbook.attestation {
  requires com.fasterxml.jackson.core;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.snakeyaml.engine.v2;
  requires static org.jspecify;

  exports org.blindbook.attestation;
  exports org.blindbook.attestation.format;
}
