package org.blindbook.auditor.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.attestation.EnclaveSigner;
import org.blindbook.attestation.format.SigStruct;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.Facts;
import org.blindbook.platform.EnclaveImage;
import org.blindbook.platform.PlatformException;

/**
 * An image, its measurement and, when there is one, its signature.
 *
 * @param measurement MRENCLAVE, lower-case hexadecimal
 */
record MeasuredImage(EnclaveImage image, String measurement, Optional<SigStruct> signature) {
  private static final int SIGNATURE = 3;
  private static final int DIFFERS = 7;

  static MeasuredImage of(Path folder) throws AuditException {
    try {
      EnclaveImage image = EnclaveImage.open(folder);
      return new MeasuredImage(
          image,
          Hex.encodeHexString(image.measure()),
          image.isSigned() ? Optional.of(image.sigStruct()) : Optional.empty());
    } catch (PlatformException e) {
      throw new AuditException(AuditException.USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new AuditException(
          AuditException.USAGE, "The image " + folder + " cannot be read: check its permissions.");
    }
  }

  /** Of its program: {@code lookup} or {@code evaluator}. */
  String name() {
    return Installation.name(image.program());
  }

  private static boolean holds(SigStruct signature) {
    return EnclaveSigner.vartimeVerify(signature);
  }

  private boolean isOver(SigStruct signature) {
    return Hex.encodeHexString(signature.enclaveHash()).equals(measurement);
  }

  /** 0 when the platform would launch it. */
  int exitCode() {
    if (signature.isPresent() && !holds(signature.get())) {
      return SIGNATURE;
    }
    return signature.filter(this::isOver).isPresent() ? 0 : DIFFERS;
  }

  /** One sentence about the signature. */
  String summary() {
    if (signature.isEmpty()) {
      return "NOT SIGNED: the platform refuses this image";
    }
    return switch (exitCode()) {
      case 0 -> "signed: the platform launches this image";
      case SIGNATURE -> "WRONG SIGNATURE: the platform refuses this image";
      default -> "NOT WHAT WAS SIGNED: the platform refuses this image";
    };
  }

  Facts facts() throws IOException {
    List<Facts> entries = new ArrayList<>();
    byte[] manifest = image.manifest();
    entries.add(entry("manifest", manifest.length, DigestUtils.sha256(manifest)));
    for (Path jar : image.jars()) {
      entries.add(
          entry(
              String.valueOf(jar.getFileName()),
              Files.size(jar),
              DigestUtils.sha256(Files.readAllBytes(jar))));
    }
    return new Facts()
        .put("image", name())
        .put("measurement", measurement)
        .put("entries", entries)
        .put("arguments", image.arguments())
        .put("signature", signature.map(this::facts).orElse(null));
  }

  private Facts facts(SigStruct signed) {
    byte[] signer = EnclaveSigner.mrSigner(signed);
    return new Facts()
        .put("valid", holds(signed))
        .put("matches", isOver(signed))
        .put("enclavehash", Hex.encodeHexString(signed.enclaveHash()))
        .put("mrsigner", Hex.encodeHexString(signer))
        .put("developmentKey", Arrays.equals(signer, EnclaveImage.publishedDevelopmentSigner()))
        .put("isvprodid", signed.isvProdId())
        .put("isvsvn", signed.isvSvn())
        .put("date", signed.date().toString());
  }

  private static Facts entry(String name, long bytes, byte[] digest) {
    return new Facts()
        .put("name", name)
        .put("bytes", bytes)
        .put("sha256", Hex.encodeHexString(digest));
  }
}
