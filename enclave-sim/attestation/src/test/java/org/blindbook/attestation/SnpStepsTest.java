package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.SnpCertificateTable;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpReport;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Breaks one step of verifying an SEV-SNP report at a time, and expects exactly its finding. */
class SnpStepsTest {
  private static final byte[] EMPTY = {};
  private static final Tuple MALFORMED = tuple(Step.FORMAT, Fault.MALFORMED);
  private static final Tuple UNSIGNED = tuple(Step.REPORT_SIGNATURE, Fault.SIGNATURE);
  private static final BigInteger P384_ORDER =
      new BigInteger(
          "ffffffffffffffffffffffffffffffffffffffffffffffff"
              + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
          16);

  private static byte[] pem(X509CertificateHolder certificate) {
    return Pem.encode(List.of(certificate)).getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertFindings(Verdict verdict, Tuple... expected) {
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactlyInAnyOrder(expected);
    assertThat(verdict.acceptable()).isEqualTo(expected.length == 0);
  }

  @Test
  void soundReportsOfEachLineAndVersionAreAccepted() throws Exception {
    for (FakeSnp fake :
        List.of(
            FakeSnp.milan(),
            FakeSnp.genoa(3),
            FakeSnp.genoa(4),
            FakeSnp.genoa(5),
            FakeSnp.turin(3),
            FakeSnp.turin(4),
            FakeSnp.turin(5),
            FakeSnp.genoa(3).signedByProvider(),
            FakeSnp.turin(5).signedByProvider())) {
      Verdict verdict = fake.verdict();
      assertFindings(verdict);
      assertThat(verdict.authentic()).isTrue();
      assertThat(verdict.status()).isEmpty();
      assertThat(verdict.measurement()).isEqualTo("07".repeat(48));
      assertThat(verdict.limitedBy()).contains("vek:" + fake.vekName);
    }
  }

  @Test
  void certificatesMayComeAsPem() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    SnpCollateral der = fake.collateral(EMPTY);
    SnpCollateral pem =
        new SnpCollateral(pem(fake.vek()), pem(fake.authority()), pem(fake.root()), EMPTY);
    assertFindings(fake.verdict(fake.signedReport(), pem));
    assertThat(pem.vek()).isNotEqualTo(der.vek());
  }

  @Test
  void anotherRootIsRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    Verdict verdict =
        Verifier.verify(
            fake.signedReport(),
            fake.collateral(EMPTY).encode(),
            FakeSnp.REPORT_DATA,
            AppraisalPolicy.anyGenuineEnclave(),
            FakeSnp.NOW);
    assertFindings(verdict, tuple(Step.VEK_CHAIN, Fault.UNTRUSTED_ROOT));
    assertThat(verdict.authentic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SHA384WITHRSA", "SHA256WITHRSAANDMGF1", "SHA512WITHRSAANDMGF1", "SHA256WITHRSA"})
  void otherSignaturesThanAmdsAreRefused(String algorithm) throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.signatureAlgorithm = algorithm;
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.SIGNATURE));
    fake = FakeSnp.genoa(3);
    fake.statedAlgorithm = Optional.of(algorithm); // and signed by AMD's
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.SIGNATURE));
  }

  @Test
  void aCertificateWithAWrongSignatureIsRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    SnpCollateral sound = fake.collateral(EMPTY);
    for (int victim = 0; victim < 3; victim++) {
      byte[][] parts = {sound.vek().clone(), sound.ask().clone(), sound.ark().clone()};
      parts[victim][parts[victim].length - 1] ^= 1;
      assertFindings(
          fake.verdict(fake.signedReport(), new SnpCollateral(parts[0], parts[1], parts[2], EMPTY)),
          tuple(Step.VEK_CHAIN, Fault.SIGNATURE));
    }
  }

  @Test
  void anExpiredEndorsementKeyOrOneThatMayIssueIsRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.vekExpiry = FakeSnp.NOW.minusSeconds(1);
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.CERTIFICATE));
    fake = FakeSnp.genoa(3);
    fake.vekMayIssue = true;
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.CERTIFICATE));
  }

  @Test
  void missingCertificatesAreMissingCollateral() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    SnpCollateral sound = fake.collateral(EMPTY);
    for (SnpCollateral lacking :
        List.of(
            SnpCollateral.none(),
            new SnpCollateral(EMPTY, sound.ask(), sound.ark(), EMPTY),
            new SnpCollateral(sound.vek(), EMPTY, sound.ark(), EMPTY),
            new SnpCollateral(sound.vek(), sound.ask(), EMPTY, EMPTY))) {
      Verdict verdict = fake.verdict(fake.signedReport(), lacking);
      assertFindings(verdict, tuple(Step.VEK_CHAIN, Fault.COLLATERAL_MISSING));
      assertThat(verdict.authentic()).isFalse();
    }
  }

  @Test
  void securityVersionsThatAreMissingAreMalformed() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.securityVersions.remove(8);
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.MALFORMED));
    fake = FakeSnp.genoa(3);
    fake.securityVersions.put(8, 256);
    assertFindings(fake.verdict(), tuple(Step.VEK_CHAIN, Fault.MALFORMED));
  }

  @Test
  void signatureNumbersOutOfRangeAreRefused() throws Exception {
    byte[] order = new byte[72];
    byte[] bigEndian = P384_ORDER.toByteArray();
    for (int i = 0; i < 48; i++) {
      order[i] = bigEndian[bigEndian.length - 1 - i];
    }
    byte[] long72 = new byte[72];
    long72[48] = 1;
    for (byte[] number : List.of(new byte[72], order, long72, FakeSnp.filled(72, 0xff))) {
      for (int half : new int[] {0x2a0, 0x2e8}) {
        FakeSnp fake = FakeSnp.genoa(3);
        byte[] report = fake.signedReport();
        System.arraycopy(number, 0, report, half, 72);
        assertFindings(fake.verdict(report), UNSIGNED);
      }
    }
  }

  @Test
  void theSameNumberWithHighBytesIsAnotherNumber() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    for (int at : new int[] {0x2a0 + 48, 0x2a0 + 71, 0x2e8 + 48, 0x2e8 + 71}) {
      byte[] report = fake.signedReport();
      report[at] = 1;
      assertFindings(fake.verdict(report), UNSIGNED);
    }
  }

  @Test
  void aReportThatNobodySignedSaysWhy() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.putInt(0x48, 7 << 2 | 2);
    byte[] report = fake.signedReport();
    Arrays.fill(report, 0x2a0, 0x330, (byte) 0);
    Verdict verdict = fake.verdict(report);
    assertFindings(verdict, UNSIGNED);
    assertThat(verdict.findings().get(0).text()).contains("masks the chip's key");
    // Not even a valid signature counts when the report says that there is none.
    assertFindings(fake.verdict(), UNSIGNED);
  }

  @Test
  void theEndorsementKeyOfAnotherChipIsRefused() throws Exception {
    for (FakeSnp fake : List.of(FakeSnp.milan(), FakeSnp.genoa(5), FakeSnp.turin(3))) {
      fake.report.put(0x1a0, (byte) 6);
      assertFindings(fake.verdict(), tuple(Step.VEK_CHIP, Fault.CERTIFICATE));
    }
    FakeSnp turin = FakeSnp.turin(3);
    turin.report.put(0x1a0 + 8, (byte) 1); // more than the short id
    assertFindings(turin.verdict(), tuple(Step.VEK_CHIP, Fault.CERTIFICATE));
  }

  @Test
  void aMaskedChipIdIsNoOtherChip() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.put(0x1a0, new byte[64]);
    Verdict verdict = fake.verdict();
    assertFindings(verdict);
    assertThat(verdict.checks())
        .filteredOn(check -> check.step() == Step.VEK_CHIP)
        .extracting(Check::required)
        .containsExactly("masked by the host");
  }

  @Test
  void theKindOfKeyMustBeTheReports() throws Exception {
    FakeSnp provider = FakeSnp.genoa(3).signedByProvider();
    provider.report.putInt(0x48, 0); // says VCEK
    assertFindings(
        provider.verdict(),
        tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE),
        tuple(Step.VEK_CHIP, Fault.CERTIFICATE));
    FakeSnp chip = FakeSnp.genoa(3);
    chip.report.putInt(0x48, 1 << 2); // says VLEK
    assertFindings(
        chip.verdict(),
        tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE),
        tuple(Step.VEK_CHIP, Fault.CERTIFICATE));
    FakeSnp both = FakeSnp.genoa(3);
    both.provider = Optional.of("cloud.example");
    assertFindings(both.verdict(), tuple(Step.VEK_CHIP, Fault.CERTIFICATE));
  }

  @Test
  void everySecurityVersionCounts() throws Exception {
    for (int at : new int[] {0, 1, 6, 7}) {
      FakeSnp fake = FakeSnp.genoa(3);
      fake.report.put(0x180 + at, (byte) (fake.report.get(0x180 + at) + 1));
      assertFindings(fake.verdict(), tuple(Step.VEK_TCB, Fault.CERTIFICATE));
    }
    for (int at : new int[] {0, 1, 2, 3, 7}) {
      FakeSnp fake = FakeSnp.turin(5);
      fake.report.put(0x180 + at, (byte) (fake.report.get(0x180 + at) - 1));
      assertFindings(fake.verdict(), tuple(Step.VEK_TCB, Fault.CERTIFICATE));
    }
  }

  @Test
  void certificatesOfAnotherLineAreRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.put(0x189, (byte) 0x01); // Milan, whose versions have the same layout
    assertFindings(fake.verdict(), tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE));
    fake = FakeSnp.genoa(3);
    fake.rootLine = "Milan";
    assertFindings(fake.verdict(), tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE));
    fake = FakeSnp.milan();
    fake.productName = "Genoa-B1";
    assertFindings(fake.verdict(), tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE));
  }

  @Test
  void theProcessorsIdentificationOutranksTheNameInTheCertificate() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.productName = "Milan-B0";
    assertFindings(fake.verdict());
  }

  @ParameterizedTest
  @CsvSource({"0x19, 0xa0, Genoa", "0x19, 0x1f, Genoa", "0x19, 0x0f, Milan", "0x1a, 0x11, Turin"})
  void processorsAreKnownByTheirModels(String family, String model, String line) throws Exception {
    FakeSnp fake = line.equals("Turin") ? FakeSnp.turin(3) : FakeSnp.genoa(3);
    fake.report.put(0x188, Integer.decode(family).byteValue());
    fake.report.put(0x189, Integer.decode(model).byteValue());
    fake.rootLine = line;
    fake.authorityName = "SEV-" + line;
    assertFindings(fake.verdict());
  }

  @ParameterizedTest
  @CsvSource({"0x17, 0x31", "0x19, 0x20", "0x1a, 0x50", "0x00, 0x00"})
  void unknownProcessorsAreRefused(String family, String model) throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.put(0x188, Integer.decode(family).byteValue());
    fake.report.put(0x189, Integer.decode(model).byteValue());
    Verdict verdict = fake.verdict();
    assertFindings(verdict, tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE));
    assertThat(verdict.authentic()).isFalse();
  }

  @Test
  void theRootsRevocationListCountsWhereThereIsOne() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    byte[] report = fake.signedReport();
    Duration month = Duration.ofDays(30);
    Verdict sound =
        fake.verdict(report, fake.collateral(fake.revocationList("ARK-Genoa", 77, month)));
    assertFindings(sound);
    assertThat(sound.limitedBy()).contains("rootcrl");
    assertFindings(
        fake.verdict(report, fake.collateral(fake.revocationList("ARK-Genoa", 2, month))),
        tuple(Step.REVOCATION, Fault.REVOKED));
    assertFindings(
        fake.verdict(
            report, fake.collateral(fake.revocationList("ARK-Genoa", 77, Duration.ofHours(1)))),
        tuple(Step.ROOT_CRL, Fault.COLLATERAL_STALE));
    assertFindings(
        fake.verdict(report, fake.collateral(fake.revocationList("ARK-Milan", 77, month))),
        tuple(Step.ROOT_CRL, Fault.COLLATERAL_MISMATCH));
    byte[] broken = fake.revocationList("ARK-Genoa", 77, month);
    broken[broken.length - 1] ^= 1;
    assertFindings(
        fake.verdict(report, fake.collateral(broken)), tuple(Step.ROOT_CRL, Fault.SIGNATURE));
    Verdict unreadable = fake.verdict(report, fake.collateral(new byte[] {1}));
    assertFindings(unreadable, tuple(Step.ROOT_CRL, Fault.MALFORMED));
    assertThat(unreadable.authentic()).isFalse();
  }

  @Test
  void debugAndMigrationAreRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.putLong(0x08, 0x30000 | 1 << 19);
    assertFindings(fake.verdict(), tuple(Step.DEBUG, Fault.DEBUG));
    assertThat(fake.verdict().authentic()).isTrue();
    fake.report.putLong(0x08, 0x30000 | 1 << 18);
    assertFindings(fake.verdict(), tuple(Step.MIGRATION, Fault.MIGRATION));
  }

  @Test
  void otherReportDataIsNotBound() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.put(0x50, (byte) 2);
    assertFindings(fake.verdict(), tuple(Step.REPORT_DATA, Fault.BINDING));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "0, 6", "0x34, 0", "0x34, 2", "0x48, 8", "0x48, 24", "0x330, 1"})
  void layoutsThatAreNotKnownAreMalformed(String offset, int value) throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    fake.report.put(Integer.decode(offset), (byte) value);
    assertFindings(fake.verdict(), MALFORMED);
  }

  @Test
  void shortReportsAreMalformedAndBytesAfterOneAreIgnored() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    byte[] report = fake.signedReport();
    assertFindings(fake.verdict(Arrays.copyOf(report, report.length - 1)), MALFORMED);
    assertFindings(fake.verdict(Arrays.copyOf(report, report.length + 4)));
  }

  @Test
  void collateralOfAnotherKindIsMalformed() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    Verdict verdict =
        Verifier.verify(
            fake.signedReport(),
            Collateral.none().encode(),
            FakeSnp.REPORT_DATA,
            fake.policy(),
            FakeSnp.NOW);
    assertFindings(verdict, MALFORMED, tuple(Step.VEK_CHAIN, Fault.COLLATERAL_MISSING));
  }

  @Test
  void theHostsTableGivesTheSameCertificates() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    SnpCollateral collateral = fake.collateral(EMPTY);
    byte[] table = FakeSnp.certificateTable(collateral);
    SnpCollateral parsed = SnpCertificateTable.parse(table, SnpReport.SigningKey.VCEK);
    assertFindings(fake.verdict(fake.signedReport(), parsed));
    assertThat(SnpCertificateTable.parse(table, SnpReport.SigningKey.VLEK).vek()).isEmpty();
    assertThat(SnpCertificateTable.parse(EMPTY, SnpReport.SigningKey.VCEK).ark()).isEmpty();
  }
}
