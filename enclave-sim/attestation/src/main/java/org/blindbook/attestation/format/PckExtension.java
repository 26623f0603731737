package org.blindbook.attestation.format;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * What a PCK certificate says about its platform (Intel SGX PCK Certificate and CRL Profile
 * Specification, section 1.3.5): which processor family, and how patched when the certificate was
 * issued.
 *
 * @param fmspc 6 bytes, lower-case hexadecimal: family, model, stepping, platform, custom SKU
 * @param pceId 2 bytes, lower-case hexadecimal
 * @param componentSvns the 16 security versions of the processor's components, 0 to 255
 * @param pceSvn security version of the provisioning enclave
 */
public record PckExtension(String fmspc, String pceId, List<Integer> componentSvns, int pceSvn) {
  public static final ASN1ObjectIdentifier OID = new ASN1ObjectIdentifier("1.2.840.113741.1.13.1");
  public static final int COMPONENTS = 16;

  private static final int PPID_BYTES = 16;
  private static final ASN1ObjectIdentifier PPID = OID.branch("1");
  private static final ASN1ObjectIdentifier TCB = OID.branch("2");
  private static final ASN1ObjectIdentifier PCE_SVN = TCB.branch("17");
  private static final ASN1ObjectIdentifier CPU_SVN = TCB.branch("18");
  private static final ASN1ObjectIdentifier PCE_ID = OID.branch("3");
  private static final ASN1ObjectIdentifier FMSPC = OID.branch("4");
  private static final ASN1ObjectIdentifier SGX_TYPE = OID.branch("5");

  /**
   * @throws MalformedEvidenceException when the certificate lacks the extension or any part of it
   */
  public static PckExtension of(X509CertificateHolder certificate)
      throws MalformedEvidenceException {
    Extension extension = certificate.getExtension(OID);
    if (extension == null) {
      throw new MalformedEvidenceException("the PCK certificate lacks the SGX extension");
    }
    try {
      return parse(extension);
    } catch (RuntimeException e) {
      // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
      throw malformed();
    }
  }

  /**
   * The id of the machine that a certificate is for (PPID), lower-case hexadecimal.
   *
   * @throws MalformedEvidenceException when the certificate lacks the extension or the id in it
   */
  public static String platformId(X509CertificateHolder certificate)
      throws MalformedEvidenceException {
    Extension extension = certificate.getExtension(OID);
    if (extension == null) {
      throw new MalformedEvidenceException("the PCK certificate lacks the SGX extension");
    }
    try {
      return octets(require(fields(extension.getParsedValue()), PPID), PPID_BYTES);
    } catch (RuntimeException e) {
      // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
      throw malformed();
    }
  }

  private static PckExtension parse(Extension extension) throws MalformedEvidenceException {
    Map<ASN1ObjectIdentifier, ASN1Encodable> fields = fields(extension.getParsedValue());
    Map<ASN1ObjectIdentifier, ASN1Encodable> tcb = fields(require(fields, TCB));
    List<Integer> components = new ArrayList<>();
    for (int i = 1; i <= COMPONENTS; i++) {
      components.add(integer(require(tcb, TCB.branch(Integer.toString(i))), 0xff));
    }
    return new PckExtension(
        octets(require(fields, FMSPC), 6),
        octets(require(fields, PCE_ID), 2),
        List.copyOf(components),
        integer(require(tcb, PCE_SVN), 0xffff));
  }

  private static Map<ASN1ObjectIdentifier, ASN1Encodable> fields(ASN1Encodable value)
      throws MalformedEvidenceException {
    if (!(value instanceof ASN1Sequence sequence)) {
      throw malformed();
    }
    Map<ASN1ObjectIdentifier, ASN1Encodable> fields = new HashMap<>();
    for (ASN1Encodable entry : sequence) {
      if (!(entry instanceof ASN1Sequence pair)
          || pair.size() != 2
          || !(pair.getObjectAt(0) instanceof ASN1ObjectIdentifier name)
          || fields.put(name, pair.getObjectAt(1)) != null) {
        throw malformed();
      }
    }
    return fields;
  }

  private static ASN1Encodable require(
      Map<ASN1ObjectIdentifier, ASN1Encodable> fields, ASN1ObjectIdentifier name)
      throws MalformedEvidenceException {
    ASN1Encodable value = fields.get(name);
    if (value == null) {
      throw malformed();
    }
    return value;
  }

  private static int integer(ASN1Encodable value, int max) throws MalformedEvidenceException {
    if (!(value instanceof ASN1Integer integer)
        || integer.getValue().signum() < 0
        || integer.getValue().compareTo(BigInteger.valueOf(max)) > 0) {
      throw malformed();
    }
    return integer.intValueExact();
  }

  private static String octets(ASN1Encodable value, int length) throws MalformedEvidenceException {
    if (!(value instanceof ASN1OctetString octets) || octets.getOctets().length != length) {
      throw malformed();
    }
    return HexFormat.of().formatHex(octets.getOctets());
  }

  private static MalformedEvidenceException malformed() {
    return new MalformedEvidenceException("the PCK certificate's SGX extension is malformed");
  }

  /**
   * The extension as an issuer writes it.
   *
   * @param ppid names the platform, 16 bytes
   */
  public Extension toExtension(byte[] ppid) {
    ASN1EncodableVector tcb = new ASN1EncodableVector();
    byte[] cpuSvn = new byte[COMPONENTS];
    for (int i = 0; i < COMPONENTS; i++) {
      cpuSvn[i] = componentSvns.get(i).byteValue();
      tcb.add(pair(TCB.branch(Integer.toString(i + 1)), new ASN1Integer(componentSvns.get(i))));
    }
    tcb.add(pair(PCE_SVN, new ASN1Integer(pceSvn)));
    tcb.add(pair(CPU_SVN, new DEROctetString(cpuSvn)));
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(pair(PPID, new DEROctetString(ppid)));
    fields.add(pair(TCB, new DERSequence(tcb)));
    fields.add(pair(PCE_ID, new DEROctetString(HexFormat.of().parseHex(pceId))));
    fields.add(pair(FMSPC, new DEROctetString(HexFormat.of().parseHex(fmspc))));
    fields.add(pair(SGX_TYPE, new ASN1Enumerated(0)));
    try {
      return Extension.create(OID, false, new DERSequence(fields));
    } catch (IOException e) {
      throw new AssertionError("the extension is made of encodable parts", e);
    }
  }

  private static DERSequence pair(ASN1ObjectIdentifier name, ASN1Encodable value) {
    return new DERSequence(new ASN1Encodable[] {name, value});
  }
}
