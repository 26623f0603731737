package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectCommandTest extends AuditOfAServer {
  @Test
  void everyFileOfASavedCaseCanBeInspected() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    verify("--save", saved.toString());
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("quote.bin", "\"quotingEnclave\":{\"mrenclave\"");
    shown.put("tcb_info.json", "\"kind\":\"TCB info\",\"fmspc\":\"b11db00c0000\"");
    shown.put("tcb_chain.pem", "Simulated SGX TCB Signing");
    shown.put("qe_identity.json", "\"kind\":\"QE identity\"");
    shown.put("root_ca.crl.der", "\"kind\":\"revocation list\"");
    shown.put("claims.bin", "\"mode\":\"truncated\",\"channelKey\":\"000000");
    for (Map.Entry<String, String> file : shown.entrySet()) {
      String path = saved.resolve("lookup").resolve(file.getKey()).toString();
      assertThat(run("audit", "inspect", path, "--json")).as(file.getKey() + err).isZero();
      assertThat(out).contains(file.getValue());
      assertThat(run("audit", "inspect", path)).isZero();
      assertThat(out).startsWith("kind  ");
    }
    Path noise = Files.write(folder.resolve("noise"), new byte[] {1, 2, 3});
    assertThat(run("audit", "inspect", noise.toString())).isEqualTo(2);
    assertThat(err).contains("cannot be shown");
    assertThat(run("audit", "inspect", folder.resolve("absent").toString())).isEqualTo(1);
  }
}
