package org.blindbook.loadtest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import org.blindbook.loadtest.measurement.Outcome;
import org.junit.jupiter.api.Test;

class EndingTest {
  @Test
  void closeCodesGoByTheirNames() {
    assertThat(Ending.ofClose((short) 4503, "retry-after=12"))
        .isEqualTo(new Outcome.Refused("4503 OVERLOADED", 12, true));
    assertThat(Ending.ofClose((short) 4429, null))
        .isEqualTo(new Outcome.Refused("4429 RATE_LIMITED", 0, true));
    assertThat(Ending.ofClose((short) 4504, "retry-after=2"))
        .isEqualTo(new Outcome.Refused("4504 ENCLAVE_RESTARTING", 2, true));
    assertThat(Ending.ofClose((short) 1001, null))
        .isEqualTo(new Outcome.Refused("1001 GOING_AWAY", 0, true));
    assertThat(Ending.ofClose((short) 4400, null))
        .isEqualTo(new Outcome.Failed("4400 BAD_REQUEST", false));
    assertThat(Ending.ofClose((short) 1011, null))
        .isEqualTo(new Outcome.Failed("close code 1011", true));
    assertThat(Ending.ofClose(null, null))
        .isEqualTo(new Outcome.Failed("the connection broke", true));
  }

  @Test
  void causesNameNoAddress() {
    assertThat(Ending.ofUpgrade(new ConnectException("Connection refused: /10.1.2.3:99")))
        .isEqualTo(new Outcome.Failed("connection refused", true));
    assertThat(Ending.ofUpgrade(new BindException("Cannot assign requested address: /10.1.2.3")))
        .isEqualTo(new Outcome.Failed("no local port is left (the generator's fault)", true));
    assertThat(Ending.ofUpgrade(new IOException("reset by /10.1.2.3")))
        .isEqualTo(new Outcome.Failed("the connection broke", true));
  }
}
