package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.SnpCertificateTable;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.VekExtensions;
import org.junit.jupiter.api.Test;

/** Damaged input gives a value or the typed exception, and a verdict always. */
class ParserFuzzTest {
  private static final long SEED = 20_261_122;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Parser {
    Object parse(byte[] bytes) throws MalformedEvidenceException;
  }

  /** Cuts, flips, inserts or copies within, a few times. */
  private static byte[] damaged(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
        default -> {
          int length = random.nextInt(bytes.length - at);
          System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length), length);
        }
      }
    }
    return bytes;
  }

  /** Bytes that a parser may use up on an input of this length; most of it is decoded DER. */
  private static long allocationBound(int length) {
    return 512 * 1024 + 256L * length;
  }

  private static void fuzz(String name, byte[] original, int rounds, Parser parser)
      throws MalformedEvidenceException {
    parser.parse(original);
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = damaged(original, new Random(SEED + round));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        parser.parse(bytes);
      } catch (MalformedEvidenceException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      } catch (RuntimeException | Error e) {
        throw new AssertionError(name + " fails with seed " + (SEED + round), e);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (round > 0) { // the first loads classes
        assertThat(allocated)
            .as("%s with seed %d", name, SEED + round)
            .isLessThan(allocationBound(bytes.length));
      }
    }
  }

  private static byte[] pem(byte[] der) {
    return ("-----BEGIN CERTIFICATE-----\n"
            + Base64.getEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void parsersOfIntelsFormatsThrowNothingButTheTypedException()
      throws IOException, MalformedEvidenceException {
    Vectors.Case sgx = Vectors.intel("signal-cdsi-2026-06");
    byte[] quote = sgx.quote();
    Collateral collateral = sgx.collateral();
    fuzz("the quote", quote, 6_000, Quote::parse);
    fuzz("the collateral", collateral.encode(), 2_000, Collateral::decode);
    fuzz("the TCB info", collateral.tcbInfo(), 3_000, TcbInfo::parse);
    fuzz("the QE identity", collateral.qeIdentity(), 3_000, QeIdentity::parse);
    fuzz("the revocation list", collateral.pckCrl(), 3_000, RevocationList::parse);
    byte[] chain = Quote.parse(quote).signature().certificationData();
    fuzz("the PEM", chain, 3_000, Pem::certificates);
    byte[] pck = Pem.certificates(chain).get(0).getEncoded();
    fuzz(
        "the PCK extension",
        pck,
        20_000,
        der -> PckExtension.of(Pem.certificates(pem(der)).get(0)));

    Vectors.Case tdx = Vectors.intel("lunal-tdx-v5-unsupported-tcb");
    fuzz("the TDX quote of version 5", tdx.quote(), 6_000, Quote::parse);
    fuzz("the TCB info of TDX", tdx.collateral().tcbInfo(), 3_000, TcbInfo::parse);
    fuzz("the QE identity of TDX", tdx.collateral().qeIdentity(), 1_000, QeIdentity::parse);
    byte[] four = Vectors.intel("phala-tdx-v4").quote();
    fuzz("the TDX quote of version 4", four, 6_000, Quote::parse);
  }

  @Test
  void parsersOfAmdsFormatsThrowNothingButTheTypedException() throws Exception {
    Vectors.Case snp = Vectors.snp("snp-genoa-v5-lunal");
    SnpCollateral collateral = snp.snpCollateral();
    fuzz("the report", snp.file("report.bin"), 3_000, SnpReport::parse);
    fuzz("the collateral", collateral.encode(), 2_000, SnpCollateral::decode);
    fuzz("the authority", collateral.ask(), 2_000, Pem::oneCertificate);
    fuzz(
        "the endorsement key",
        collateral.vek(),
        10_000,
        der -> VekExtensions.of(Pem.oneCertificate(der)));
    fuzz(
        "the table of certificates",
        FakeSnp.certificateTable(collateral),
        10_000,
        table -> SnpCertificateTable.parse(table, SnpReport.SigningKey.VCEK));
  }

  @Test
  void damagedReportsAndTheirCertificatesAlwaysGetAVerdict() throws Exception {
    Vectors.Case genuine = Vectors.snp("snp-genoa-v3-microsoft");
    SnpCollateral c = genuine.snpCollateral();
    byte[] crl = FakeSnp.genoa(3).revocationList("ARK-Genoa", 2, Duration.ofDays(30));
    for (int round = 0; round < 600; round++) {
      Random random = new Random(SEED + round);
      byte[][] parts = {genuine.file("report.bin"), c.vek(), c.ask(), c.ark(), crl};
      int victim = random.nextInt(parts.length);
      parts[victim] = damaged(parts[victim], random);
      Verdict verdict =
          Verifier.verify(
              parts[0],
              new SnpCollateral(parts[1], parts[2], parts[3], parts[4]).encode(),
              Binding.none(),
              AppraisalPolicy.anyGenuineEnclave(),
              FakeSnp.NOW);
      assertThat(verdict.authentic() || !verdict.findings().isEmpty())
          .as("seed %d", SEED + round)
          .isTrue();
    }
  }

  @Test
  void theVerifierAlwaysComesToAVerdict() throws IOException {
    Vectors.Case genuine = Vectors.intel("phala-tdx-v4");
    Instant inside = genuine.probe("inside").orElseThrow();
    Collateral c = genuine.collateral();
    AppraisalPolicy policy = AppraisalPolicy.anyIntelEnclave();
    for (int round = 0; round < 600; round++) {
      Random random = new Random(SEED + round);
      byte[] quote = genuine.quote();
      List<byte[]> parts =
          new ArrayList<>(
              List.of(
                  c.tcbInfo(), c.tcbChain(), c.qeIdentity(), c.qeChain(), c.rootCrl(), c.pckCrl()));
      int victim = random.nextInt(parts.size() + 1);
      if (victim == parts.size()) {
        quote = damaged(quote, random);
      } else {
        parts.set(victim, damaged(parts.get(victim), random));
      }
      Collateral changed =
          new Collateral(
              parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4), parts.get(5));
      Verdict verdict = Verifier.verify(quote, changed.encode(), Binding.none(), policy, inside);
      assertThat(verdict.authentic() || !verdict.findings().isEmpty())
          .as("seed %d", SEED + round)
          .isTrue();
    }
  }

  @Test
  void lengthsBeyondTheInputAllocateNothing() throws IOException {
    byte[] quote = Vectors.intel("phala-sgx-v3").quote();
    for (int offset : new int[] {432, 436 + 576, 436 + 576 + 2 + 32 + 2}) {
      byte[] changed = quote.clone();
      for (int i = 0; i < 2; i++) {
        changed[offset + i] = (byte) 0xff;
      }
      assertThat(
              Verifier.verify(
                      changed,
                      Collateral.none().encode(),
                      Binding.none(),
                      AppraisalPolicy.anyIntelEnclave(),
                      Instant.EPOCH)
                  .findings())
          .extracting(Finding::fault)
          .containsExactly(Fault.MALFORMED);
    }
  }
}
