package org.blindbook.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.blindbook.attestation.EnclaveSigner;
import org.blindbook.attestation.format.SigStruct;
import org.jspecify.annotations.Nullable;

/** {@code blindbook sign}: the developer signs an enclave image. The build runs it too. */
public final class SignCommand {
  static final String USAGE =
      """
      Usage: blindbook sign [--image DIR] [--key FILE] [--security-version N] [--date DATE]

      Measures an enclave image and writes enclave.sigstruct beside its jars, which the platform asks
      for. The build does this with a key that the source publishes and that proves nothing; do it
      again with a key of your own for a release, where that key is kept, not where the enclave runs:
      whoever holds it can make an enclave that opens what your enclaves sealed.

        --image             the folder of an enclave's jars (default: each of this installation's)
        --key               RSA, 3072 bits, exponent 3, PKCS#8 in PEM (openssl genrsa -3 3072)
        --security-version  1 to 65535 (default 1); raise it when older versions must not open what
                            this one seals
        --date              of the signature, YYYY-MM-DD (default: today)

      Examples:
        blindbook sign --key release.pem --security-version 2
        blindbook sign --image /srv/blindbook/lookup --key release.pem --date 2026-11-22

      Exit codes: 0 signed, 1 usage, 2 the image or the key cannot be used.\
      """;

  private static final Set<String> NAMES =
      Set.of("--image", "--key", "--security-version", "--date");

  private SignCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments)));
  }

  static int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.println(USAGE);
      return 0;
    }
    try {
      Map<String, String> values = parse(arguments);
      String date = values.getOrDefault("--date", LocalDate.now(ZoneOffset.UTC).toString());
      String key = values.get("--key");
      ImageSigner signer =
          key == null ? ImageSigner.development() : ImageSigner.release(Path.of(key));
      int securityVersion = securityVersion(values.getOrDefault("--security-version", "1"));
      for (Path image : images(values.get("--image"))) {
        SigStruct signed =
            signer.sign(EnclaveImage.open(image), securityVersion, LocalDate.parse(date));
        System.out.println(
            "signed "
                + HexFormat.of().formatHex(signed.enclaveHash())
                + " as version "
                + signed.isvSvn()
                + (key == null ? " with the published development key " : " by ")
                + HexFormat.of().formatHex(EnclaveSigner.mrSigner(signed)));
      }
      return 0;
    } catch (IllegalArgumentException | DateTimeException e) {
      System.err.println(e.getMessage());
      System.err.println(USAGE);
      return 1;
    } catch (PlatformException e) {
      System.err.println(e.getMessage());
    } catch (IOException e) {
      System.err.println("The image cannot be signed: make sure that its folder is writable.");
    }
    return 2;
  }

  private static List<Path> images(@Nullable String given) {
    if (given != null) {
      return List.of(Path.of(given));
    }
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new IllegalArgumentException("The option --image is missing.");
    }
    Path enclaves = Path.of(home, "enclave-sim/enclave");
    return List.of(enclaves.resolve("lookup/target/app"), enclaves.resolve("evaluator/target/app"));
  }

  private static Map<String, String> parse(List<String> arguments) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!NAMES.contains(name) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("The option " + name + " is unknown or lacks a value.");
      }
      values.put(name, arguments.get(i + 1));
    }
    return values;
  }

  private static int securityVersion(String text) {
    if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > 0xffff) {
      throw new IllegalArgumentException("The security version is a number from 1 to 65535.");
    }
    return Integer.parseInt(text);
  }
}
