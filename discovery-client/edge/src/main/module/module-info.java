/**
 * What clients, loaders and hosts share outside the trust line. An app sees {@link
 * org.blindbook.edge.identifier} and {@link org.blindbook.edge.numbering} of it.
 */
@SuppressWarnings("module") // the client is built later
module org.blindbook.edge {
  requires static java.management; // hosts and auditors ask their JVM, clients do not
  requires org.blindbook.protocol;
  requires org.blindbook.protocol.evaluation;
  requires org.blindbook.protocol.lookup;
  requires org.bouncycastle.provider;
  requires static org.jspecify;

  exports org.blindbook.edge.identifier;
  exports org.blindbook.edge.numbering;
  exports org.blindbook.edge.blinding to
      org.blindbook.client;
  exports org.blindbook.edge.channel to
      org.blindbook.client;
  exports org.blindbook.edge.endpoint to
      org.blindbook.client;
  exports org.blindbook.edge.files to
      org.blindbook.client;
  exports org.blindbook.edge.message to
      org.blindbook.client;
}
