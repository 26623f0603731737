package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.blindbook.attestation.format.TcbStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes of real processors, with the documents that Intel signed for them. */
class GenuineSgxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "signal-dcap-v3",
        "signal-dcap-expired",
        "signal-cdsi-2026-06",
        "signal-cds2-test",
        "phala-sgx-v3",
        "oasis-sgx-v3"
      })
  void statusAdvisoriesAndIdentityAreExact(String name) throws IOException {
    Vectors.Case genuine = Vectors.intel(name);
    Verdict verdict = genuine.verify(genuine.instant("window", "from"));

    assertThat(verdict.status().map(TcbStatus::vendorName))
        .contains(genuine.text("tcb", "merged_status"));
    assertThat(verdict.advisories()).isEqualTo(genuine.texts("tcb", "advisory_ids"));
    assertThat(verdict.debug()).isEqualTo(genuine.expected("debug"));
    assertThat(verdict.simulated()).isFalse();
    Identity identity = verdict.identity().orElseThrow();
    assertThat(identity.parts().get("mrenclave"))
        .isEqualTo(genuine.expected("identity", "mrenclave"));
    assertThat(identity.parts().get("mrsigner"))
        .isEqualTo(genuine.expected("identity", "mrsigner"));
    assertThat(identity.parts().get("attributes"))
        .isEqualTo(genuine.expected("identity", "attributes"));
    assertThat(identity.parts().get("isvprodid"))
        .isEqualTo(genuine.expected("identity", "isvprodid"));
    assertThat(identity.parts().get("isvsvn")).isEqualTo(genuine.expected("identity", "isvsvn"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"signal-dcap-v3", "signal-cdsi-2026-06", "signal-cds2-test", "phala-sgx-v3"})
  void acceptedInsideTheWindowAndNotASecondOutside(String name) throws IOException {
    Vectors.Case genuine = Vectors.intel(name);
    Instant from = genuine.instant("window", "from");
    Instant until = genuine.instant("window", "until");

    Verdict inside = genuine.verify(genuine.probe("inside").orElseThrow());
    assertThat(inside.findings()).isEmpty();
    assertThat(inside.authentic()).isTrue();
    assertThat(inside.acceptable()).isTrue();
    assertThat(inside.validFrom()).contains(from);
    assertThat(inside.validUntil()).contains(until);
    assertThat(inside.limitedBy()).contains(genuine.text("window", "until_limited_by"));

    assertThat(genuine.verify(from).acceptable()).isTrue();
    assertThat(genuine.verify(until).acceptable()).isTrue();
    for (Instant outside :
        new Instant[] {
          from.minusSeconds(1),
          until.plusSeconds(1),
          genuine.probe("before").orElseThrow(),
          genuine.probe("after").orElseThrow()
        }) {
      Verdict verdict = genuine.verify(outside);
      assertThat(verdict.authentic()).isFalse();
      assertThat(verdict.findings())
          .extracting(Finding::fault)
          .containsOnly(Fault.COLLATERAL_STALE);
    }
  }

  @Test
  void withoutRevocationListsTheCollateralIsMissing() throws IOException {
    Vectors.Case genuine = Vectors.intel("oasis-sgx-v3");
    Verdict verdict = genuine.verify(genuine.probe("inside").orElseThrow());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(
            tuple(Step.ROOT_CRL, Fault.COLLATERAL_MISSING),
            tuple(Step.PCK_CRL, Fault.COLLATERAL_MISSING));
  }

  @Test
  void everyGenuineCertificateAndListDecodes() throws Exception {
    try (Stream<Path> files = Files.walk(Vectors.folder().resolve("attestation/sgx-tdx"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".pem")) {
          CertificateChain.parse(Files.readAllBytes(file));
        } else if (file.toString().endsWith(".crl.der")) {
          RevocationList.parse(Files.readAllBytes(file));
        }
      }
    }
  }

  @Test
  void documentsSignedByAnotherKeyAreRefused() throws IOException {
    Vectors.Case genuine = Vectors.intel("oasis-sgx-v3-badcerts");
    Verdict verdict = genuine.verify(Vectors.intel("oasis-sgx-v3").probe("inside").orElseThrow());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings()).extracting(Finding::fault).contains(Fault.SIGNATURE);
  }

  @Test
  void documentsThatNeverWereValidTogetherAreRefusedAtAnyTime() throws IOException {
    Vectors.Case genuine = Vectors.intel("signal-dcap-expired");
    for (String end : new String[] {"from", "until"}) {
      Verdict verdict = genuine.verify(genuine.instant("window", end));
      assertThat(verdict.authentic()).isFalse();
      assertThat(verdict.findings())
          .extracting(Finding::fault)
          .isNotEmpty()
          .isSubsetOf(Fault.COLLATERAL_STALE, Fault.CERTIFICATE);
    }
  }
}
