package org.blindbook.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.Set;
import org.blindbook.attestation.format.SigStruct;

/** Signs enclave images, as their developer does once a release is built. */
public final class ImageSigner {
  private final SigningKey key;
  private final boolean debugAllowed;

  private ImageSigner(SigningKey key, boolean debugAllowed) {
    this.key = key;
    this.debugAllowed = debugAllowed;
  }

  /**
   * Signs with the key that is published with the source; such an enclave may run in debug mode.
   */
  public static ImageSigner development() {
    return new ImageSigner(SigningKey.published(), true);
  }

  /**
   * Signs with the key in a file; such an enclave never runs in debug mode.
   *
   * @param key RSA, 3072 bits, exponent 3, PKCS#8 in PEM
   */
  public static ImageSigner release(Path key) throws PlatformException {
    return new ImageSigner(SigningKey.read(key), false);
  }

  /**
   * Measures an image and writes {@value EnclaveImage#SIGSTRUCT} beside its jars.
   *
   * @param securityVersion ISVSVN, 1 to 65,535
   */
  public SigStruct sign(EnclaveImage image, int securityVersion, LocalDate date)
      throws IOException {
    SigStruct signed =
        key.sign(
            new SigStruct.Statement(
                date,
                Attributes.of(Set.of()),
                Attributes.mask(debugAllowed),
                image.measure(),
                image.program().product(),
                securityVersion));
    Path file = image.folder().resolve(EnclaveImage.SIGSTRUCT);
    Path temporary = image.folder().resolve(EnclaveImage.SIGSTRUCT + ".new");
    Files.write(temporary, signed.encode());
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return signed;
  }
}
