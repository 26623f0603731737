package org.blindbook.auditor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.attestation.EnclaveSigner;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.SigStruct;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.TdxModule;
import org.blindbook.attestation.format.VekExtensions;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;

/** What is in a file, told by its first bytes and its length. Judges nothing. */
final class Inspection {
  private static final byte[] BUNDLE = "BBC1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SNP_BUNDLE = "BBS1".getBytes(StandardCharsets.US_ASCII);
  private static final int DER_SEQUENCE = 0x30;
  private static final int SHOWN_LEVELS = 3;

  private Inspection() {}

  static Facts of(byte[] bytes) throws MalformedEvidenceException {
    if (bytes.length == SigStruct.BYTES && bytes[0] == 6) {
      return sigStruct(SigStruct.parse(bytes));
    }
    if (bytes.length == Claims.BYTES && bytes[0] == 0) {
      return claims(bytes);
    }
    if (startsWith(bytes, BUNDLE)) {
      return bundle(Collateral.decode(bytes));
    }
    if (startsWith(bytes, SNP_BUNDLE)) {
      return bundle(SnpCollateral.decode(bytes));
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (text.startsWith("{")) {
      return text.contains("\"tcbInfo\"") ? tcbInfo(bytes) : qeIdentity(bytes);
    }
    if (text.startsWith("-----BEGIN CERTIFICATE")) {
      return certificates(Pem.certificates(bytes));
    }
    if (bytes.length > 0 && bytes[0] == DER_SEQUENCE || text.startsWith("-----BEGIN X509 CRL")) {
      return der(Pem.revocationList(bytes));
    }
    return InspectedQuote.of(bytes);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private static Facts sigStruct(SigStruct signed) {
    return new Facts()
        .put("kind", "SGX signature structure (SIGSTRUCT)")
        .put("enclavehash", hex(signed.enclaveHash()))
        .put("mrsigner", hex(EnclaveSigner.mrSigner(signed)))
        .put("isvprodid", signed.isvProdId())
        .put("isvsvn", signed.isvSvn())
        .put("date", signed.date())
        .put("attributes", hex(signed.attributes()))
        .put("attributemask", hex(signed.attributeMask()))
        .put("signatureValid", EnclaveSigner.vartimeVerify(signed));
  }

  private static Facts claims(byte[] bytes) throws MalformedEvidenceException {
    try {
      ReceivedClaims claims = ReceivedClaims.decode(bytes);
      Facts facts =
          new Facts()
              .put("kind", "claims of a Blindbook enclave")
              .put("digest", hex(claims.digest()))
              .put("reportData", hex(claims.reportData()))
              .put("mode", claims.mode().name().toLowerCase(Locale.ROOT))
              .put("channelKey", hex(claims.channelKey()))
              .put("channelKeyUntil", Judgement.keyExpiry(claims))
              .put("settings", hex(claims.settingsDigest()))
              .put("runtime", hex(claims.runtimeDigest()))
              .put("nonce", claims.nonce().map(Inspection::hex).orElse(null));
      if (claims.mode() == DiscoveryMode.BLINDED) {
        facts
            .put(
                "role",
                claims.role().map(role -> role.name().toLowerCase(Locale.ROOT)).orElse(null))
            .put("oprfEpoch", claims.epoch())
            .put("oprfPublicKey", hex(claims.oprfPublicKey()));
      }
      return facts;
    } catch (MalformedMessageException e) {
      throw new MalformedEvidenceException(String.valueOf(e.getMessage()));
    }
  }

  private static Facts bundle(Collateral collateral) throws MalformedEvidenceException {
    Facts facts = new Facts().put("kind", "bundle of collateral");
    put(facts, "tcbInfo", collateral.tcbInfo());
    put(facts, "tcbChain", collateral.tcbChain());
    put(facts, "qeIdentity", collateral.qeIdentity());
    put(facts, "qeChain", collateral.qeChain());
    put(facts, "rootCrl", collateral.rootCrl());
    put(facts, "pckCrl", collateral.pckCrl());
    return facts;
  }

  private static Facts bundle(SnpCollateral collateral) throws MalformedEvidenceException {
    Facts facts = new Facts().put("kind", "bundle of collateral of SEV-SNP");
    put(facts, "vek", collateral.vek());
    put(facts, "ask", collateral.ask());
    put(facts, "ark", collateral.ark());
    put(facts, "crl", collateral.crl());
    return facts;
  }

  private static void put(Facts facts, String name, byte[] part) throws MalformedEvidenceException {
    facts.put(name, part.length == 0 ? "missing" : of(part));
  }

  private static Facts tcbInfo(byte[] bytes) throws MalformedEvidenceException {
    TcbInfo info = TcbInfo.parse(bytes);
    List<String> levels =
        info.levels().stream()
            .map(level -> level(level.status(), level.date(), level.advisories()))
            .toList();
    Facts facts =
        new Facts()
            .put("kind", "TCB info")
            .put("fmspc", info.fmspc())
            .put("pceid", info.pceId())
            .put("tee", info.tee().title())
            .put("issueDate", info.issueDate())
            .put("nextUpdate", info.nextUpdate())
            .put("evaluationNumber", info.evaluationDataNumber())
            .put("levels", levels.size())
            .put("firstLevels", levels.subList(0, Math.min(SHOWN_LEVELS, levels.size())));
    info.tdxModule().ifPresent(module -> facts.put("tdxModule", module(module)));
    for (TdxModule module : info.tdxModuleIdentities()) {
      facts.put("tdxModule " + module.id(), module(module));
    }
    return facts;
  }

  private static String level(TcbStatus status, Instant date, List<String> advisories) {
    return (status.vendorName() + " from " + date + " " + String.join(" ", advisories)).strip();
  }

  private static Facts module(TdxModule module) {
    Facts facts =
        new Facts()
            .put("mrsigner", hex(module.mrSigner()))
            .put("attributes", hex(module.attributes()))
            .put("attributesMask", hex(module.attributesMask()));
    if (!module.levels().isEmpty()) {
      facts.put(
          "levels",
          module.levels().stream()
              .map(
                  level ->
                      "SVN "
                          + level.isvSvn()
                          + " "
                          + level(level.status(), level.date(), level.advisories()))
              .toList());
    }
    return facts;
  }

  private static Facts qeIdentity(byte[] bytes) throws MalformedEvidenceException {
    QeIdentity identity = QeIdentity.parse(bytes);
    return new Facts()
        .put("kind", "QE identity")
        .put("mrsigner", hex(identity.mrSigner()))
        .put("isvprodid", identity.isvProdId())
        .put("issueDate", identity.issueDate())
        .put("nextUpdate", identity.nextUpdate())
        .put("evaluationNumber", identity.evaluationDataNumber())
        .put("levels", identity.levels().size());
  }

  static Facts certificates(List<X509CertificateHolder> chain) {
    List<Facts> rows = new ArrayList<>();
    for (X509CertificateHolder certificate : chain) {
      rows.add(
          new Facts()
              .put("subject", certificate.getSubject())
              .put("validFrom", certificate.getNotBefore().toInstant())
              .put("validUntil", certificate.getNotAfter().toInstant())
              .put("serial", certificate.getSerialNumber().toString(16)));
    }
    Facts facts = new Facts().put("kind", "certificates, leaf first").put("certificates", rows);
    addPlatform(facts, chain.get(0));
    addChip(facts, chain.get(0));
    return facts;
  }

  private static void addPlatform(Facts facts, X509CertificateHolder leaf) {
    try {
      PckExtension platform = PckExtension.of(leaf);
      facts
          .put("ppid", PckExtension.platformId(leaf))
          .put("fmspc", platform.fmspc())
          .put("pceid", platform.pceId())
          .put("pcesvn", platform.pceSvn())
          .put("componentSvns", platform.componentSvns().toString());
    } catch (MalformedEvidenceException notAPck) {
      // Only PCK certificates speak of a platform.
    }
  }

  private static void addChip(Facts facts, X509CertificateHolder leaf) {
    try {
      VekExtensions chip = VekExtensions.of(leaf);
      facts
          .put("product", printable(chip.productName()))
          .put("hwid", chip.hardwareId().map(Inspection::hex).orElse(null))
          .put("provider", chip.provider().map(Inspection::printable).orElse(null));
      SnpProduct.ofName(chip.productName())
          .map(SnpProduct::tcb)
          .ifPresent(layout -> facts.put("certifiedTcb", layout.describe(chip.tcb(layout))));
    } catch (MalformedEvidenceException notAnEndorsementKey) {
      // Only certificates of VCEK and VLEK speak of a chip.
    }
  }

  /** Whoever made the certificate chose the text. */
  private static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private static Facts der(byte[] bytes) throws MalformedEvidenceException {
    try {
      return certificates(List.of(new X509CertificateHolder(bytes)));
    } catch (IOException | RuntimeException notACertificate) {
      // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
    }
    try {
      X509CRLHolder list = new X509CRLHolder(bytes);
      return new Facts()
          .put("kind", "revocation list")
          .put("issuer", list.getIssuer())
          .put("issued", list.getThisUpdate().toInstant())
          .put("nextUpdate", list.getNextUpdate() == null ? null : list.getNextUpdate().toInstant())
          .put("revoked", list.getRevokedCertificates().size());
    } catch (IOException | RuntimeException e) {
      throw new MalformedEvidenceException("it is neither a certificate nor a revocation list");
    }
  }

  static String hex(byte[] bytes) {
    return Hex.encodeHexString(bytes);
  }
}
