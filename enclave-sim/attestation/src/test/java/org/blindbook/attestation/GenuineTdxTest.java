package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.Tee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes of real trust domains, with the documents that Intel signed for them. */
class GenuineTdxTest {
  private static final Tuple NO_ROOT_CRL = tuple(Step.ROOT_CRL, Fault.COLLATERAL_MISSING);
  private static final Tuple NO_PCK_CRL = tuple(Step.PCK_CRL, Fault.COLLATERAL_MISSING);
  private static final Tuple UNSUPPORTED = tuple(Step.TCB_STATUS, Fault.TCB_STATUS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "phala-tdx-v4",
        "oasis-tdx-v4",
        "oasis-tdx-v4-trailing",
        "google-tdx-v4-unsupported-tcb",
        "lunal-tdx-v5-unsupported-tcb"
      })
  void statusAdvisoriesAndIdentityAreExact(String name) throws Exception {
    Vectors.Case genuine = Vectors.intel(name);
    Quote quote = Quote.parse(genuine.quote());
    assertThat(quote.header().version()).isEqualTo(genuine.expected("quote", "version"));
    assertThat(quote.trailingBytes()).isEqualTo(genuine.expected("quote", "trailing_bytes"));

    Verdict verdict = genuine.verify(genuine.probe("inside").orElseThrow());
    assertThat(verdict.tee()).contains(Tee.TDX);
    assertThat(verdict.status().map(TcbStatus::vendorName))
        .contains(genuine.text("tcb", "merged_status"));
    assertThat(verdict.advisories()).isEqualTo(genuine.texts("tcb", "advisory_ids"));
    assertThat(verdict.debug()).isEqualTo(genuine.expected("debug"));
    assertThat(verdict.simulated()).isFalse();
    Identity identity = verdict.identity().orElseThrow();
    for (String part : List.of("mrtd", "rtmr0", "tdattributes", "tee_tcb_svn")) {
      assertThat(identity.parts().get(part)).isEqualTo(genuine.text("identity", part));
    }
    assertThat(identity.measurement()).matches("[0-9a-f]{96}");
    assertThat(quote.body().reportData())
        .asHexString()
        .isEqualToIgnoringCase(genuine.text("report_data"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "phala-tdx-v4",
        "oasis-tdx-v4",
        "oasis-tdx-v4-trailing",
        "google-tdx-v4-unsupported-tcb",
        "lunal-tdx-v5-unsupported-tcb"
      })
  void theWindowIsExact(String name) throws IOException {
    Vectors.Case genuine = Vectors.intel(name);
    Instant from = genuine.instant("window", "from");
    Instant until = genuine.instant("window", "until");
    Tuple[] always =
        switch (name) {
          case "phala-tdx-v4" -> new Tuple[] {};
          case "oasis-tdx-v4", "oasis-tdx-v4-trailing" -> new Tuple[] {NO_ROOT_CRL, NO_PCK_CRL};
          default -> new Tuple[] {UNSUPPORTED};
        };
    for (Instant inside : List.of(from, genuine.probe("inside").orElseThrow(), until)) {
      Verdict verdict = genuine.verify(inside);
      assertThat(verdict.findings())
          .extracting(Finding::step, Finding::fault)
          .containsExactly(always);
      assertThat(verdict.authentic()).isEqualTo(!List.of(always).contains(NO_ROOT_CRL));
      assertThat(verdict.acceptable()).isEqualTo(always.length == 0);
      assertThat(verdict.validFrom()).contains(from);
      assertThat(verdict.validUntil()).contains(until);
      assertThat(verdict.limitedBy()).contains(genuine.text("window", "until_limited_by"));
    }
    for (Instant outside :
        List.of(
            from.minusSeconds(1),
            until.plusSeconds(1),
            genuine.probe("before").orElseThrow(),
            genuine.probe("after").orElseThrow())) {
      Verdict verdict = genuine.verify(outside);
      assertThat(verdict.authentic()).isFalse();
      assertThat(verdict.findings())
          .extracting(Finding::fault)
          .containsAnyOf(Fault.COLLATERAL_STALE, Fault.CERTIFICATE);
    }
  }

  @Test
  void theTcbInfoOfAnotherProcessorIsRefused() throws IOException {
    Vectors.Case genuine = Vectors.intel("oasis-tdx-v4-fmspc-mismatch");
    Verdict verdict = genuine.verify(Instant.parse("2023-07-01T00:00:00Z"));
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .contains(tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
  }

  @Test
  void documentsOfSgxDoNotSpeakOfTdx() throws IOException {
    Vectors.Case genuine = Vectors.intel("phala-tdx-v4");
    Verdict verdict =
        Verifier.verify(
            genuine.quote(),
            Vectors.intel("phala-sgx-v3").collateral().encode(),
            Binding.none(),
            AppraisalPolicy.anyIntelEnclave(),
            genuine.probe("inside").orElseThrow());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.status()).isEmpty();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .contains(
            tuple(Step.QE_IDENTITY, Fault.COLLATERAL_MISMATCH),
            tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
  }
}
