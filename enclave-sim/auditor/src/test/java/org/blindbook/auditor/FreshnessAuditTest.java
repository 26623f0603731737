package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.platform.Condition;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom and for how long evidence speaks. */
class FreshnessAuditTest extends AuditOfAServer {
  @Test
  void evidenceWithoutThisAuditsNonceIsNotFresh() throws IOException {
    serve((claims, nonce) -> claims, inTenMinutes());
    assertThat(verify("--json")).isEqualTo(8);
    assertThat(out).contains("\"authentic\":false", "\"fault\":\"FRESHNESS\"");
  }

  @Test
  void evidenceForAnotherNonceIsNotFresh() throws IOException {
    serve((claims, nonce) -> claims.withNonce(new byte[32]), inTenMinutes());
    assertThat(verify()).isEqualTo(8);
  }

  @Test
  void aChannelKeyPastItsTimeIsNotFresh() throws IOException {
    serve(Claims::withNonce, Instant.now().minusSeconds(1));
    assertThat(verify()).isEqualTo(8);
    assertThat(out)
        .contains("the channel key's time is over", "The clock of this device may be wrong");
  }

  @Test
  void aVerdictEndsWithTheChannelKey() throws IOException {
    Instant expiry = inTenMinutes().truncatedTo(ChronoUnit.SECONDS);
    serve(Claims::withNonce, expiry);
    assertThat(verify("--json")).isZero();
    assertThat(out).contains("\"validUntil\":\"" + expiry + "\"", "\"limitedBy\":\"channelKey\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE})
  void aChannelKeyOfNoTimeAtAllEndsTheAuditWithAVerdict(long seconds) throws IOException {
    serve();
    server.removeContext(Paths.DISCOVERY_OFFER);
    Claims claims = Claims.truncated(new byte[32], seconds, Sha256.of(utf8(settings)), runtime);
    offer(Paths.DISCOVERY_OFFER, claims, Claims::withNonce);
    assertThat(verify("--json", "--save", folder.resolve("saved").toString()))
        .isEqualTo(seconds > 0 ? 0 : 8);
    assertThat(out).contains("\"limitedBy\":\"" + (seconds > 0 ? "" : "channelKey"));
    Path saved = folder.resolve("saved/lookup/claims.bin");
    assertThat(run("audit", "inspect", saved.toString(), "--json")).isZero();
  }

  @Test
  void claimsWithoutANonceStillEnd() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    assertThat(verify("--save", saved.toString())).isZero();
    Files.delete(saved.resolve("lookup/nonce.bin"));
    String[] again = {
      "audit", "verify", "--case", saved + "/lookup", "--policy", trust().toString(), "--json"
    };
    assertThat(run(again)).isZero();
    assertThat(out).contains("\"nonce\":false", "Freshness: the evidence may have been made long");
    assertThat(run(with(with(again, "--at"), Instant.now().plusSeconds(700).toString())))
        .isEqualTo(8);
    assertThat(out).contains("\"clockMayBeWrong\":false"); // nobody asked the clock
  }

  @Test
  void whatTheClockMayExplainIsSaid() throws IOException {
    serve(Condition.EXPIRED_PCK);
    assertThat(verify()).isEqualTo(3);
    assertThat(out).contains("The clock of this device may be wrong");
    server.removeContext(Paths.DISCOVERY_OFFER);
    serve(Condition.EXPIRED_COLLATERAL);
    assertThat(verify("--json")).isEqualTo(4);
    assertThat(out).contains("\"clockMayBeWrong\":true");
    server.removeContext(Paths.DISCOVERY_OFFER);
    serve(Condition.REVOKED_PCK);
    assertThat(verify("--json")).isEqualTo(5);
    assertThat(out).contains("\"clockMayBeWrong\":false");
  }
}
