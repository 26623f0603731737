package org.blindbook.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import org.blindbook.attestation.format.Pem;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * The policy that trusts exactly this image, on this Java runtime, on this simulated platform. For
 * development: who reads it from the server that it is about has verified nothing.
 */
record DevelopmentPolicy(
    X509CertificateHolder root, byte[] measurement, Hardware.Launch launch, LocalDate date) {

  String yaml() {
    String certificate = Pem.encode(List.of(root)).indent(6).stripTrailing();
    return """
    # Written by the simulated platform at its start. For development only.
    version: 1
    trustRoots:
      - name: simulated
        certificate: |
    %s
    measurements:
      - measurement: %s
        release: development
        commit: unknown
        reason: measured by the platform that runs it
        date: %s
    runtimes:
      - digest: %s
        name: Java %s
    # settings:                    # pins the deployment settings of this start
    #   - digest: %s
    #     name: deployment settings
    """
        .formatted(
            certificate,
            HexFormat.of().formatHex(measurement),
            date,
            HexFormat.of().formatHex(launch.runtimeDigest()),
            Runtime.version(),
            HexFormat.of().formatHex(Sha256.of(launch.settings())));
  }

  /** Writes the whole file or none of it. */
  static void write(String yaml, Path file) throws PlatformException {
    try {
      WholeFile.replace(file, yaml.getBytes(StandardCharsets.UTF_8), Access.EVERYBODY);
    } catch (IOException e) {
      throw new PlatformException(
          "The policy " + file + " cannot be written: make sure that its folder is writable.");
    }
  }
}
