package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.blindbook.protocol.message.Claims;
import org.junit.jupiter.api.Test;

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
    assertThat(out).contains("the channel key's time is over");
  }
}
