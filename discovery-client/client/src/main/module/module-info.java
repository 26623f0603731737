/**
 * The client that a messenger app embeds. Start at {@link org.blindbook.client.DiscoveryClient}.
 */
module org.blindbook.client {
  requires java.net.http;
  requires org.blindbook.protocol;
  requires org.blindbook.protocol.evaluation;
  requires org.blindbook.protocol.lookup;
  requires org.bouncycastle.provider;
  requires static org.jspecify;
  requires transitive org.blindbook.attestation;
  requires transitive org.blindbook.edge;

  exports org.blindbook.client;
  exports org.blindbook.client.state;
  exports org.blindbook.client.transport;
}
