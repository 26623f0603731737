package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;

/**
 * Mutants of every kind of document that comes from outside: each gives a value or the exception
 * that is declared. A million of each: {@code -Dblindbook.fuzz.mutants=1000000}.
 */
class MutantsTest {
  private static final int MUTANTS = Integer.getInteger("blindbook.fuzz.mutants", 1_500);
  private static final long SEED = Long.getLong("blindbook.fuzz.seed", 20_261_128);

  private static final List<Charset> ENCODINGS =
      List.of(
          StandardCharsets.UTF_16,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          Charset.forName("UTF-32"),
          Charset.forName("UTF-32LE"));

  /** What the formats give a meaning to. */
  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "null",
          "true",
          "-1",
          "1e99",
          "999999999999999999999",
          "+1000000000-12-31T23:59:59Z",
          "0000-00-00T00:00:00Z",
          "\\ud800",
          "\u0000",
          "- ",
          "\n  ",
          "&a ",
          "*a",
          "!!int ",
          "? ",
          "|",
          "-----BEGIN CERTIFICATE-----",
          "-----END X509 CRL-----",
          "0\u0084\u00ff\u00ff\u00ff\u00ff",
          "0\u0080",
          "\u0002\u0001\u0080",
          "\u0017\r",
          "\u0018\u000f",
          "\u0006\u0003\u0080\u0080",
          "\u0030\u0000",
          "\u00a0\u0003",
          "TDX_01",
          "UpToDate",
          "999999");

  private interface Reader {
    Object read(byte[] bytes) throws MalformedEvidenceException, PolicyException;
  }

  private record Document(byte[] original, Reader reader) {}

  private static byte[] mutant(byte[] original, Random random) {
    byte[] bytes = original;
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(bytes.length + 1);
      bytes =
          switch (random.nextInt(8)) {
            case 0, 1 -> spliced(bytes, at, at, word(random));
            case 2 -> spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(64)), "");
            case 3 -> flipped(bytes, random);
            case 4 ->
                Arrays.copyOf(
                    bytes, random.nextInt(20) == 0 ? at : bytes.length + random.nextInt(3));
            case 5 -> repeated(bytes, at, random);
            case 6 ->
                random.nextInt(8) == 0
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                        .getBytes(ENCODINGS.get(random.nextInt(ENCODINGS.size())))
                    : flipped(bytes, random);
            default -> replaced(bytes, at, random);
          };
    }
    return bytes;
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, String put) {
    byte[] middle = put.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = Arrays.copyOf(bytes, from + middle.length + bytes.length - to);
    System.arraycopy(middle, 0, out, from, middle.length);
    System.arraycopy(bytes, to, out, from + middle.length, bytes.length - to);
    return out;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] out = bytes.clone();
    if (out.length > 0) {
      out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return out;
  }

  private static byte[] replaced(byte[] bytes, int at, Random random) {
    String word = word(random);
    return spliced(bytes, at, Math.min(bytes.length, at + word.length()), word);
  }

  /** A part once more, right behind itself: a field, an element or half of one. */
  private static byte[] repeated(byte[] bytes, int at, Random random) {
    int end = Math.min(bytes.length, at + random.nextInt(256));
    return spliced(
        bytes,
        end,
        end,
        new String(Arrays.copyOfRange(bytes, at, end), StandardCharsets.ISO_8859_1));
  }

  private static void assertTyped(Map<String, Document> documents) throws Exception {
    for (Map.Entry<String, Document> entry : documents.entrySet()) {
      Document document = entry.getValue();
      document.reader().read(document.original());
      int read = 0;
      for (int i = 0; i < MUTANTS; i++) {
        try {
          document.reader().read(mutant(document.original(), new Random(SEED + i)));
          read++;
        } catch (MalformedEvidenceException | PolicyException expected) {
          assertThat(expected.getMessage()).isNotBlank();
        } catch (RuntimeException | Error e) {
          throw new AssertionError(entry.getKey() + " fails with seed " + (SEED + i), e);
        }
      }
      assertThat(read).as("mutants of %s that can be read", entry.getKey()).isLessThan(MUTANTS);
    }
  }

  private static byte[] policy(String certificate) {
    return """
    version: 1
    trustRoots:
      - name: simulated
        certificate: |
    %s
      - name: amd
    measurements:
      - measurement: %s
        release: 0.1.0
        commit: 0123abc
        reason: reviewed
        date: 2026-11-22
        advisories: [INTEL-SA-00615]
    runtimes:
      - digest: %s
        name: Temurin 25
    oprfKeys:
      - epoch: 1
        publicKey: %s
    kernels: [vector512]
    maxThreads: 8
    snp:
      products: [Genoa]
      minimumTcb: {bootloader: 10, snp: 27}
      vmpl: 0
      platformInfo: {smt: false}
    tdx: {septVeDisable: true, xfam: [e702060000000000]}
    knownBroken: [badram]
    tcbStatuses: [UpToDate]
    tcbGraceDays: 30
    """
        .formatted(
            certificate.indent(6).stripTrailing(),
            "07".repeat(48),
            "ab".repeat(32),
            "cd".repeat(32))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Documents of our own making, so that this runs without anybody's vectors. */
  @Test
  void mutantsOfOurOwnDocumentsAreReadOrRefused() throws Exception {
    FakeSnp fake = FakeSnp.genoa(5);
    SnpCollateral snp = fake.collateral(fake.revocationList("ARK-Genoa", 77, Duration.ofDays(30)));
    String certificate = Pem.encode(List.of(fake.root()));
    Map<String, Document> documents = new LinkedHashMap<>();
    documents.put("report", new Document(fake.signedReport(), SnpReport::parse));
    documents.put("bundle of SEV-SNP", new Document(snp.encode(), SnpCollateral::decode));
    documents.put("revocation list", new Document(snp.crl(), RevocationList::parse));
    documents.put("certificate", new Document(snp.ask(), Pem::oneCertificate));
    documents.put(
        "endorsement key",
        new Document(snp.vek(), der -> VekExtensions.of(Pem.oneCertificate(der))));
    documents.put(
        "PEM", new Document(certificate.getBytes(StandardCharsets.US_ASCII), Pem::certificates));
    documents.put(
        "table of certificates",
        new Document(
            FakeSnp.certificateTable(snp),
            table -> SnpCertificateTable.parse(table, SnpReport.SigningKey.VCEK)));
    documents.put(
        "policy",
        new Document(
            policy(certificate),
            yaml -> AppraisalPolicy.parse(new String(yaml, StandardCharsets.UTF_8)).remarks()));
    assertTyped(documents);
  }

  @Test
  void mutantsOfIntelsDocumentsAreReadOrRefused() throws Exception {
    Vectors.Case sgx = Vectors.intel("signal-cdsi-2026-06");
    Vectors.Case tdx = Vectors.intel("phala-tdx-v4");
    Collateral collateral = tdx.collateral();
    X509CertificateHolder pck =
        Pem.certificates(Quote.parse(sgx.quote()).signature().certificationData()).get(0);
    Map<String, Document> documents = new LinkedHashMap<>();
    documents.put("quote of SGX", new Document(sgx.quote(), Quote::parse));
    documents.put("quote of TDX", new Document(tdx.quote(), Quote::parse));
    documents.put("bundle", new Document(collateral.encode(), Collateral::decode));
    documents.put("TCB info", new Document(collateral.tcbInfo(), TcbInfo::parse));
    documents.put("QE identity", new Document(collateral.qeIdentity(), QeIdentity::parse));
    documents.put("PCK's list", new Document(collateral.pckCrl(), RevocationList::parse));
    documents.put(
        "PCK certificate",
        new Document(pck.getEncoded(), der -> PckExtension.of(Pem.oneCertificate(der))));
    assertTyped(documents);
  }
}
