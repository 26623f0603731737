package org.blindbook.attestation;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.TcbStatus;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A guest on a chip of ours, with certificates in AMD's profile; what they say, a test can change
 * before it is signed. Root and authority share one key: making 4096-bit keys takes long.
 */
final class FakeSnp {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final byte[] REPORT_DATA = filled(64, 1);

  private static final KeyPair AUTHORITY = generate("RSA", 4096);
  private static final KeyPair VEK = generate("EC", 0);
  private static final Provider PROVIDER = new BouncyCastleProvider();
  private static final String AMD = "1.3.6.1.4.1.3704.1.";

  /** The signature on the authority's certificate. */
  String signatureAlgorithm = "SHA384WITHRSAANDMGF1";

  /** What that certificate says of its signature, when it is not the truth. */
  Optional<String> statedAlgorithm = Optional.empty();

  String line;
  String rootLine;
  String authorityName;
  String vekName = "SEV-VCEK";
  String productName;
  String hardwareId;
  Optional<String> provider = Optional.empty();
  Map<Integer, Integer> securityVersions = new TreeMap<>();
  Instant vekExpiry = NOW.plus(Duration.ofDays(300));
  boolean vekMayIssue;

  /** What the policy asks of the guest. */
  Demands demands = Demands.NONE;

  /** The report up to its signature. */
  final ByteBuffer report = ByteBuffer.allocate(SnpReport.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private FakeSnp(String line, int version, int family, int model) {
    this.line = line;
    this.rootLine = line;
    this.authorityName = "SEV-" + line;
    this.productName = line + "-B0";
    report.putInt(0x00, version).putLong(0x08, 0x30000).putInt(0x34, 1);
    report.put(0x50, REPORT_DATA).put(0x90, filled(48, 7));
    if (version > 2) {
      report.put(0x188, (byte) family).put(0x189, (byte) model).put(0x18a, (byte) 1);
    }
  }

  /** Boot loader 3, TEE 1, SNP 23, microcode 209; a long hardware id. */
  private FakeSnp early() {
    hardwareId = HexFormat.of().formatHex(filled(64, 5));
    report.put(0x1a0, filled(64, 5));
    report.put(0x180, new byte[] {3, 1, 0, 0, 0, 0, 23, (byte) 209});
    securityVersions.putAll(Map.of(1, 3, 2, 1, 3, 23, 4, 0, 5, 0, 6, 0, 7, 0, 8, 209));
    return this;
  }

  static FakeSnp milan() {
    return new FakeSnp("Milan", 2, 0, 0).early();
  }

  static FakeSnp genoa(int version) {
    return new FakeSnp("Genoa", version, 0x19, 0x11).early();
  }

  /** FMC 2, boot loader 3, TEE 1, SNP 23, microcode 209; a short hardware id. */
  static FakeSnp turin(int version) {
    FakeSnp fake = new FakeSnp("Turin", version, 0x1a, 0x02);
    fake.productName = "Turin";
    fake.hardwareId = HexFormat.of().formatHex(filled(8, 5));
    fake.report.put(0x1a0, filled(8, 5));
    fake.report.put(0x180, new byte[] {2, 3, 1, 23, 0, 0, 0, (byte) 209});
    fake.securityVersions.putAll(Map.of(9, 2, 1, 3, 2, 1, 3, 23, 5, 0, 6, 0, 7, 0, 8, 209));
    return fake;
  }

  /** As a cloud provider's key signs it. */
  FakeSnp signedByProvider() {
    report.putInt(0x48, 1 << 2);
    vekName = "SEV-VLEK";
    authorityName = "SEV-VLEK-" + line;
    hardwareId = "";
    provider = Optional.of("cloud.example");
    return this;
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (bits > 0) {
        generator.initialize(bits);
      } else {
        generator.initialize(new ECGenParameterSpec("secp384r1"));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Header and signature: r and s in 72 bytes each, little-endian. */
  byte[] signedReport() throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA384withECDSAinP1363Format");
    signer.initSign(VEK.getPrivate());
    signer.update(report.array(), 0, SnpReport.SIGNED_BYTES);
    byte[] signature = signer.sign();
    byte[] signed = report.array().clone();
    for (int i = 0; i < 48; i++) {
      signed[0x2a0 + i] = signature[47 - i];
      signed[0x2e8 + i] = signature[95 - i];
    }
    return signed;
  }

  private static X500Name name(String commonName) {
    return new X500Name("O=Blindbook Tests,CN=" + commonName);
  }

  private static ContentSigner signer(String algorithm, PrivateKey key) {
    try {
      return new JcaContentSignerBuilder(algorithm).setProvider(PROVIDER).build(key);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509v3CertificateBuilder certificate(
      String issuer, String subject, int serial, Instant expiry, KeyPair keys) {
    return new X509v3CertificateBuilder(
        name(issuer),
        BigInteger.valueOf(serial),
        Date.from(NOW.minus(Duration.ofDays(30))),
        Date.from(expiry),
        name(subject),
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
  }

  X509CertificateHolder root() throws IOException {
    String root = "ARK-" + rootLine;
    return certificate(root, root, 1, NOW.plus(Duration.ofDays(3000)), AUTHORITY)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .build(signer("SHA384WITHRSAANDMGF1", AUTHORITY.getPrivate()));
  }

  X509CertificateHolder authority() throws IOException {
    Instant expiry = NOW.plus(Duration.ofDays(3000));
    return certificate("ARK-" + rootLine, authorityName, 2, expiry, AUTHORITY)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
        .build(stating(signer(signatureAlgorithm, AUTHORITY.getPrivate())));
  }

  private ContentSigner stating(ContentSigner signer) {
    return new ContentSigner() {
      @Override
      public AlgorithmIdentifier getAlgorithmIdentifier() {
        return statedAlgorithm
            .map(new DefaultSignatureAlgorithmIdentifierFinder()::find)
            .orElse(signer.getAlgorithmIdentifier());
      }

      @Override
      public OutputStream getOutputStream() {
        return signer.getOutputStream();
      }

      @Override
      public byte[] getSignature() {
        return signer.getSignature();
      }
    };
  }

  X509CertificateHolder vek() throws IOException {
    X509v3CertificateBuilder builder = certificate(authorityName, vekName, 0, vekExpiry, VEK);
    add(builder, "1", new ASN1Integer(0));
    add(builder, "2", new DERIA5String(productName));
    for (Map.Entry<Integer, Integer> version : securityVersions.entrySet()) {
      add(builder, "3." + version.getKey(), new ASN1Integer(version.getValue()));
    }
    if (!hardwareId.isEmpty()) {
      builder.addExtension(
          new ASN1ObjectIdentifier(AMD + "4"), false, HexFormat.of().parseHex(hardwareId));
    }
    if (provider.isPresent()) {
      add(builder, "5", new DERIA5String(provider.get()));
    }
    if (vekMayIssue) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    }
    return builder.build(signer("SHA384WITHRSAANDMGF1", AUTHORITY.getPrivate()));
  }

  private static void add(X509v3CertificateBuilder builder, String oid, ASN1Encodable value)
      throws IOException {
    builder.addExtension(new ASN1ObjectIdentifier(AMD + oid), false, value);
  }

  /**
   * @param serial what the list revokes: 2 is the authority
   */
  byte[] revocationList(String issuer, int serial, Duration lifetime) throws IOException {
    Instant issued = NOW.minus(Duration.ofDays(1));
    X509v2CRLBuilder list = new X509v2CRLBuilder(name(issuer), Date.from(issued));
    list.setNextUpdate(Date.from(issued.plus(lifetime)));
    list.addCRLEntry(BigInteger.valueOf(serial), Date.from(issued), CRLReason.keyCompromise);
    return list.build(signer("SHA384WITHRSAANDMGF1", AUTHORITY.getPrivate())).getEncoded();
  }

  SnpCollateral collateral(byte[] crl) throws IOException {
    return new SnpCollateral(
        vek().getEncoded(), authority().getEncoded(), root().getEncoded(), crl);
  }

  /** The certificates as a host hands them to its guests. */
  static byte[] certificateTable(SnpCollateral collateral) {
    String[] ids = {
      "63da758de6644564adc5f4b93be8accd",
      "4ab7b379bbac4fe4a02f05aef327c782",
      "c0b406a4a803495297433fb6014cd0ae"
    };
    byte[][] parts = {collateral.vek(), collateral.ask(), collateral.ark()};
    int offset = (ids.length + 1) * 24;
    ByteBuffer table =
        ByteBuffer.allocate(offset + Arrays.stream(parts).mapToInt(part -> part.length).sum())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ids.length; i++) {
      table.put(HexFormat.of().parseHex(ids[i])).putInt(offset).putInt(parts[i].length);
      table.put(offset, parts[i]);
      offset += parts[i].length;
    }
    return table.array();
  }

  AppraisalPolicy policy() throws IOException {
    return new AppraisalPolicy(
        List.of(TrustAnchor.simulated(root())),
        Optional.empty(),
        Pins.NONE,
        demands,
        EnumSet.of(TcbStatus.UP_TO_DATE),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  Verdict verdict() throws Exception {
    return verdict(signedReport());
  }

  Verdict verdict(byte[] report) throws Exception {
    return verdict(report, collateral(new byte[0]));
  }

  Verdict verdict(byte[] report, SnpCollateral collateral) throws Exception {
    return Verifier.verify(report, collateral.encode(), REPORT_DATA, policy(), NOW);
  }
}
