package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.PolicyException;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.protocol.hardware.Hardware;

/** Evidence of one simulated platform, with parts that a test can replace. */
final class FakeSgx {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final byte[] MEASUREMENT = bytes(32, 7);
  static final byte[] RUNTIME = bytes(32, 9);
  static final byte[] REPORT_DATA = bytes(64, 1);

  Quote quote;
  Collateral collateral;
  byte[] reportData = REPORT_DATA;
  byte[] runtime = RUNTIME;
  String policy;

  FakeSgx(Condition... conditions) throws IOException, MalformedEvidenceException {
    Set<Condition> set = EnumSet.noneOf(Condition.class);
    set.addAll(Arrays.asList(conditions));
    SimulatedHardware hardware =
        SimulatedHardware.ephemeral(
            new Hardware.Launch("unused", new byte[0], RUNTIME),
            MEASUREMENT,
            set,
            InstantSource.fixed(NOW));
    Hardware.Evidence evidence = hardware.quote(REPORT_DATA);
    quote = Quote.parse(evidence.quote());
    collateral = Collateral.decode(evidence.collateral());
    policy = hardware.policy(LocalDate.parse("2026-11-22"));
  }

  Verdict verdict() throws PolicyException {
    return verdict(AppraisalPolicy.parse(policy));
  }

  Verdict verdict(AppraisalPolicy by) {
    return Verifier.verify(
        quote.encode(), collateral.encode(), Binding.to(reportData).withRuntime(runtime), by, NOW);
  }

  void assertFindings(Tuple... expected) throws PolicyException {
    Verdict verdict = verdict();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactlyInAnyOrder(expected);
    assertThat(verdict.acceptable()).isFalse();
  }

  void replaceSignature(QuoteSignature signature) {
    quote = new Quote(quote.header(), quote.body(), signature, 0);
  }

  static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static byte[] flipped(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    copy[at] ^= 1;
    return copy;
  }
}
