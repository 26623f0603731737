package org.blindbook.platform;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.blindbook.attestation.format.PckExtension;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A public key infrastructure of Intel's shape, of this machine only: a root, the authority that
 * issues PCK certificates, this platform's PCK, and the signer of TCB info and QE identity. All
 * keys are P-256. Names say that it is simulated.
 */
record SimulatedPki(Member root, Member authority, Member pck, Member documentSigner) {
  private static final String STATE_FILE = "pki";

  static final int COMPONENT_SVN = 2;
  static final int PCE_SVN = 2;

  private static final int PPID_BYTES = 16;

  /** This kind of platform: a family that no real processor has. */
  static final PckExtension PLATFORM =
      new PckExtension(
          "b11db00c0000",
          "0000",
          Collections.nCopies(PckExtension.COMPONENTS, COMPONENT_SVN),
          PCE_SVN);

  /** A key and the certificate for it. */
  record Member(PrivateKey key, X509CertificateHolder certificate) {
    ContentSigner signer() {
      try {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
      } catch (OperatorCreationException e) {
        throw new IllegalStateException("this Java runtime cannot sign with P-256", e);
      }
    }
  }

  static SimulatedPki createOrLoad(StateFolder state, Instant now, SecureRandom random)
      throws IOException, PlatformException {
    if (state.has(STATE_FILE)) {
      return decode(state.read(STATE_FILE)).orElseThrow(() -> state.damaged(STATE_FILE));
    }
    SimulatedPki created = create(now, random, Set.of());
    state.write(STATE_FILE, created.encode());
    return created;
  }

  static SimulatedPki create(Instant now, SecureRandom random, Set<Condition> conditions)
      throws IOException {
    Issuing issuing = new Issuing(now.minus(Duration.ofDays(1)), random);
    Member root = issuing.root();
    Member authority =
        issuing.issue(
            root, "SGX PCK Platform CA", years(15), ca(0), KeyUsage.keyCertSign | KeyUsage.cRLSign);
    byte[] ppid = new byte[PPID_BYTES];
    random.nextBytes(ppid);
    Member pck = issuing.pck(authority, ppid, years(7));
    Member documentSigner =
        issuing.issue(
            root,
            "SGX TCB Signing",
            years(7),
            new BasicConstraints(false),
            KeyUsage.digitalSignature | KeyUsage.nonRepudiation);
    return new SimulatedPki(root, authority, pck, documentSigner).under(conditions, now, random);
  }

  /** The same with what these conditions do to certificates. */
  SimulatedPki under(Set<Condition> conditions, Instant now, SecureRandom random)
      throws IOException {
    if (!conditions.contains(Condition.EXPIRED_PCK)) {
      return this;
    }
    Member expired =
        new Issuing(now.minus(Duration.ofDays(1)), random)
            .pck(authority, new byte[PPID_BYTES], Duration.ofHours(1));
    return new SimulatedPki(root, authority, expired, documentSigner);
  }

  /** PEM order: leaf first. */
  List<X509CertificateHolder> pckChain() {
    return List.of(pck.certificate(), authority.certificate(), root.certificate());
  }

  List<X509CertificateHolder> documentChain() {
    return List.of(documentSigner.certificate(), root.certificate());
  }

  private static Duration years(int years) {
    return Duration.ofDays(365L * years);
  }

  private static BasicConstraints ca(int pathLength) {
    return new BasicConstraints(pathLength);
  }

  static KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks P-256", e);
    }
  }

  /** Makes certificates that begin at one instant. */
  private record Issuing(Instant notBefore, SecureRandom random) {
    Member root() throws IOException {
      KeyPair keys = newKeyPair(random);
      X500Name name = name("SGX Root CA");
      return member(
          keys,
          keys.getPrivate(),
          name,
          name,
          years(20),
          ca(1),
          KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    /** The certificate of the platform with this id. */
    Member pck(Member authority, byte[] ppid, Duration lifetime) throws IOException {
      return issue(
          authority,
          "SGX PCK Certificate",
          lifetime,
          new BasicConstraints(false),
          KeyUsage.digitalSignature | KeyUsage.nonRepudiation,
          PLATFORM.toExtension(ppid));
    }

    Member issue(
        Member issuer,
        String commonName,
        Duration lifetime,
        BasicConstraints constraints,
        int usage,
        Extension... more)
        throws IOException {
      return member(
          newKeyPair(random),
          issuer.key(),
          issuer.certificate().getSubject(),
          name(commonName),
          lifetime,
          constraints,
          usage,
          more);
    }

    private Member member(
        KeyPair keys,
        PrivateKey issuerKey,
        X500Name issuer,
        X500Name subject,
        Duration lifetime,
        BasicConstraints constraints,
        int usage,
        Extension... more)
        throws IOException {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              issuer,
              new BigInteger(159, random).setBit(158),
              Date.from(notBefore),
              Date.from(notBefore.plus(lifetime)),
              subject,
              SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      builder.addExtension(Extension.basicConstraints, true, constraints);
      for (Extension extension : more) {
        builder.addExtension(extension);
      }
      try {
        return new Member(
            keys.getPrivate(),
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
      } catch (OperatorCreationException e) {
        throw new IllegalStateException("this Java runtime cannot sign with P-256", e);
      }
    }

    private static X500Name name(String what) {
      return new X500Name("CN=Simulated " + what + ",O=Blindbook simulated hardware");
    }
  }

  private List<Member> members() {
    return List.of(root, authority, pck, documentSigner);
  }

  private byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (Member member : members()) {
      for (byte[] part : List.of(member.key().getEncoded(), member.certificate().getEncoded())) {
        out.writeShort(part.length);
        out.write(part);
      }
    }
    return bytes.toByteArray();
  }

  /** Empty when these are not the bytes of {@link #encode}. */
  private static Optional<SimulatedPki> decode(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<Member> members = new ArrayList<>();
    try {
      KeyFactory keys = KeyFactory.getInstance("EC");
      for (int i = 0; i < 4; i++) {
        PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(part(in)));
        members.add(new Member(key, new X509CertificateHolder(part(in))));
      }
    } catch (GeneralSecurityException | IOException e) {
      return Optional.empty();
    }
    return Optional.of(
        new SimulatedPki(members.get(0), members.get(1), members.get(2), members.get(3)));
  }

  private static byte[] part(DataInputStream in) throws IOException {
    byte[] part = new byte[in.readUnsignedShort()];
    in.readFully(part);
    return part;
  }
}
