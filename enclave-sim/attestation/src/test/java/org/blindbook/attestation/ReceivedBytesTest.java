package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.TcbInfo;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed is checked as it was received, and read in the one encoding that it may have. */
class ReceivedBytesTest {
  private static final byte[] LEVEL =
      """
      {"tcb":{"isvsvn":1},"tcbDate":"%s","tcbStatus":"UpToDate"}\
      """
          .getBytes(StandardCharsets.US_ASCII);

  private static byte[] qeIdentity(String tcbDate) {
    return """
    {"enclaveIdentity":{"id":"QE","version":2,"issueDate":"2026-11-01T00:00:00Z",\
    "nextUpdate":"2026-12-01T00:00:00Z","tcbEvaluationDataNumber":1,\
    "miscselect":"00000000","miscselectMask":"FFFFFFFF",\
    "attributes":"11000000000000000000000000000000",\
    "attributesMask":"FBFFFFFFFFFFFFFF0000000000000000",\
    "mrsigner":"%s","isvprodid":1,"tcbLevels":[%s]},"signature":"%s"}\
    """
        .formatted(
            "0".repeat(64),
            new String(LEVEL, StandardCharsets.US_ASCII).formatted(tcbDate),
            "0".repeat(128))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] document) {
    return new String(document, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void documentsInAnotherEncodingAreRefused(String encoding) {
    byte[] encoded = text(qeIdentity("2026-11-01T00:00:00Z")).getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> QeIdentity.parse(encoded))
        .isInstanceOf(MalformedEvidenceException.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> TcbInfo.parse(encoded)).isInstanceOf(MalformedEvidenceException.class);
  }

  @Test
  void aByteOrderMarkMovesNothing() throws MalformedEvidenceException {
    byte[] plain = qeIdentity("2026-11-01T00:00:00Z");
    byte[] marked = ("\ufeff" + text(plain)).getBytes(StandardCharsets.UTF_8);
    assertThat(QeIdentity.parse(marked).signedBytes())
        .isEqualTo(QeIdentity.parse(plain).signedBytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1000000000-12-31T23:59:59.999999999Z",
        "-1000000000-01-01T00:00:00Z",
        "+999999999-12-31T00:00:00Z",
        "-0001-01-01T00:00:00Z"
      })
  void datesThatNothingCanBeAddedToAreRefused(String date) {
    assertThatThrownBy(() -> QeIdentity.parse(qeIdentity(date)))
        .isInstanceOf(MalformedEvidenceException.class)
        .hasMessageContaining("tcbDate");
  }

  @Test
  void theLastYearOfADocumentLeavesRoomForGrace() throws MalformedEvidenceException {
    Instant last = QeIdentity.parse(qeIdentity("9999-12-31T23:59:59Z")).levels().get(0).date();
    assertThat(last.plus(Duration.ofDays(999_999))).isAfter(last);
  }

  /** A list with one more element at the end of the part that is signed, its signature kept. */
  private static byte[] appended(byte[] list, ASN1Encodable... more) throws IOException {
    ASN1Sequence parts = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(list));
    ASN1EncodableVector signed = new ASN1EncodableVector();
    ASN1Sequence.getInstance(parts.getObjectAt(0)).forEach(signed::add);
    Arrays.asList(more).forEach(signed::add);
    return new DERSequence(
            new ASN1Encodable[] {
              new DERSequence(signed), parts.getObjectAt(1), parts.getObjectAt(2)
            })
        .getEncoded("DER");
  }

  private static Verdict verdict(FakeSnp fake, byte[] crl) throws Exception {
    return fake.verdict(fake.signedReport(), fake.collateral(crl));
  }

  @Test
  void nothingIsAppendedToTheSignedPartOfARevocationList() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    byte[] list = fake.revocationList("ARK-Genoa", 77, Duration.ofDays(30));
    assertThat(verdict(fake, appended(list)).acceptable()).isTrue();
    for (ASN1Encodable more :
        List.of(
            new DEROctetString(new byte[4]),
            new DERSequence(),
            new DERSequence(new DERSequence()))) {
      assertThat(verdict(fake, appended(list, more)).authentic()).as(more.toString()).isFalse();
    }
  }

  private static byte[] followedBy(byte[] bytes, int... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    for (int b : more) {
      out.write(b);
    }
    return out.toByteArray();
  }

  @Test
  void derMayEndInANulAndInNothingElse() throws Exception {
    FakeSnp fake = FakeSnp.genoa(3);
    byte[] list = fake.revocationList("ARK-Genoa", 77, Duration.ofDays(30));
    assertThat(verdict(fake, followedBy(list, 0)).findings()).isEmpty();
    assertThat(verdict(fake, followedBy(list, 0, 1)).findings())
        .extracting(Finding::fault)
        .containsExactly(Fault.MALFORMED);
    SnpCollateral sound = fake.collateral(list);
    SnpCollateral padded =
        new SnpCollateral(followedBy(sound.vek(), 0), sound.ask(), sound.ark(), list);
    assertThat(fake.verdict(fake.signedReport(), padded).findings()).isEmpty();
    SnpCollateral longer =
        new SnpCollateral(followedBy(sound.vek(), 5), sound.ask(), sound.ark(), list);
    assertThat(fake.verdict(fake.signedReport(), longer).authentic()).isFalse();
  }
}
