package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.blindbook.attestation.format.SnpCollateral;
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

  @Test
  void anEndorsementKeysCertificateIsShownWithItsChip() {
    String vek = genuine("snp-genoa-v5-lunal").resolve("vek.der").toString();
    assertThat(run("audit", "inspect", vek, "--json")).as(err).isZero();
    assertThat(out)
        .contains("\"product\":\"Genoa", "\"hwid\":\"", "\"provider\":null")
        .contains("\"certifiedTcb\":\"bootloader 10, TEE 0, SNP 27,");
    assertThat(run("audit", "inspect", vek)).isZero();
  }

  @Test
  void theTcbInfoOfTdxIsShownWithItsModules() {
    String info = genuine("phala-tdx-v4").resolve("tcb_info.json").toString();
    assertThat(run("audit", "inspect", info, "--json")).as(err).isZero();
    assertThat(out)
        .contains("\"tee\":\"Intel TDX\"", "\"tdxModule\":{\"mrsigner\":\"")
        .containsPattern("\"tdxModule TDX_0\\d\":\\{.*\"levels\":\\[\"SVN \\d+ UpToDate from ");
  }

  @Test
  void aBundleOfAmdsCertificatesIsShown() throws IOException {
    Path snp = genuine("snp-genoa-v5-lunal");
    Path bundle =
        Files.write(
            folder.resolve("bundle"),
            new SnpCollateral(
                    Files.readAllBytes(snp.resolve("vek.der")),
                    Files.readAllBytes(snp.resolve("ask.der")),
                    Files.readAllBytes(snp.resolve("ark.der")),
                    new byte[0])
                .encode());
    assertThat(run("audit", "inspect", bundle.toString(), "--json")).as(err).isZero();
    assertThat(out).contains("\"kind\":\"bundle of collateral of SEV-SNP\"", "\"crl\":\"missing");
  }
}
