package org.blindbook.auditor;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;

/** Asks a running server for evidence that is made for this auditor's nonce, of each enclave. */
final class LiveServer {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI base;

  /**
   * @param url of the server; ws and wss mean http and https
   */
  LiveServer(String url) throws AuditException {
    try {
      URI given = new URI(url);
      String scheme =
          switch (String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> throw new URISyntaxException(url, "unknown scheme");
          };
      if (given.getHost() == null) {
        throw new URISyntaxException(url, "no host");
      }
      String path = Optional.ofNullable(given.getPath()).orElse("").replaceAll("/+$", "");
      base = new URI(scheme, given.getAuthority(), path, null, null);
    } catch (URISyntaxException e) {
      throw new AuditException(
          AuditException.USAGE, "The server's URL should look like https://discovery.example.org.");
    }
  }

  /**
   * The evidence of every enclave behind the server; at least one.
   *
   * @param nonce fresh, {@value Claims#NONCE_BYTES} bytes
   */
  SortedMap<OfferedEnclave, Evidence> fetch(byte[] nonce) throws AuditException {
    SortedMap<OfferedEnclave, Evidence> enclaves = new TreeMap<>();
    for (OfferedEnclave enclave : OfferedEnclave.values()) {
      Optional<byte[]> answer = get(offer(enclave, nonce));
      if (answer.isPresent()) {
        enclaves.put(enclave, evidence(answer.get(), nonce));
      }
    }
    if (enclaves.isEmpty()) {
      throw new AuditException(
          AuditException.NETWORK,
          "There is no enclave behind " + base + ": it offers no evidence; check the URL.");
    }
    return enclaves;
  }

  private URI offer(OfferedEnclave enclave, byte[] nonce) {
    return URI.create(
        base + enclave.path() + "?" + Headers.NONCE_PARAMETER + "=" + Hex.encodeHexString(nonce));
  }

  private static Evidence evidence(byte[] answer, byte[] nonce) throws AuditException {
    try {
      ReceivedOffer offer = ReceivedOffer.decode(answer);
      byte[] collateral = offer.collateral();
      return new Evidence(
          offer.evidence(),
          collateral.length == 0 ? Collateral.none().encode() : collateral,
          Optional.of(offer.claims()),
          Optional.of(nonce),
          Optional.of(offer.settings()).filter(text -> text.length > 0));
    } catch (MalformedMessageException e) {
      throw new AuditException(
          AuditException.MALFORMED, "The server's answer is malformed: " + e.getMessage() + ".");
    }
  }

  /**
   * Empty when the server has no such enclave. One bound on everything: a server may otherwise send
   * its answer a byte a day.
   */
  private Optional<byte[]> get(URI uri) throws AuditException {
    HttpClient client = HttpClient.newHttpClient();
    try {
      HttpResponse<byte[]> response =
          client
              .sendAsync(
                  HttpRequest.newBuilder(uri).build(),
                  BodyHandlers.limiting(BodyHandlers.ofByteArray(), ReceivedOffer.MAX_BYTES))
              .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (response.statusCode() == 200) {
        return Optional.of(response.body());
      }
      if (response.statusCode() == 404) {
        return Optional.empty();
      }
      throw new AuditException(
          AuditException.NETWORK,
          "The server answered with HTTP status "
              + response.statusCode()
              + ": check the URL, or try again when it is ready.");
    } catch (ExecutionException | TimeoutException e) {
      throw new AuditException(
          AuditException.NETWORK,
          "The server " + base + " cannot be reached or does not answer: check the URL.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException(AuditException.NETWORK, "The audit was interrupted.");
    } finally {
      client.shutdownNow();
    }
  }
}
