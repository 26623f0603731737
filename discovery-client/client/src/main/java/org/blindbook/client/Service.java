package org.blindbook.client;

import java.net.URI;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One service that the client talks to, and on what terms.
 *
 * @param endpoint for lookups or for evaluations, {@code ws} or {@code wss}
 * @param credentials asked for at each connection
 */
record Service(URI endpoint, RelyingParty relyingParty, Supplier<String> credentials) {
  /** What a header can carry. */
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

  /** A fresh credential, for one connection. */
  String credential() throws DiscoveryException {
    String credential;
    try {
      credential = credentials.get();
    } catch (RuntimeException e) {
      throw new DiscoveryException(
          DiscoveryError.UNAUTHENTICATED, "The app has no credential to offer.", e);
    }
    if (credential == null || !VISIBLE_ASCII.matcher(credential).matches()) {
      throw new DiscoveryException(
          DiscoveryError.UNAUTHENTICATED, "What the app offers as its credential cannot be one.");
    }
    return credential;
  }
}
