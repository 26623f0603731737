package org.blindbook.attestation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.SnpCollateral;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Genuine evidence, made by others and kept outside the project; tests skip where it is absent. */
final class Vectors {
  private Vectors() {}

  static Path folder() {
    String set = System.getenv("BLINDBOOK_VECTORS");
    Path folder =
        set != null
            ? Path.of(set)
            : Path.of(System.getProperty("blindbook.home", ".")).resolve("../shared/vectors");
    assumeTrue(Files.isDirectory(folder), "no vectors: set BLINDBOOK_VECTORS to their folder");
    return folder;
  }

  static Case intel(String name) throws IOException {
    return new Case(folder().resolve("attestation/sgx-tdx").resolve(name));
  }

  static Case snp(String name) throws IOException {
    return new Case(folder().resolve("attestation/snp").resolve(name));
  }

  static final class Case {
    private final Path folder;
    private final Map<String, Object> expected;

    @SuppressWarnings("unchecked") // JSON is YAML, and an object is a map with text keys
    Case(Path folder) throws IOException {
      this.folder = folder;
      this.expected =
          (Map<String, Object>)
              new Load(LoadSettings.builder().build())
                  .loadFromString(Files.readString(folder.resolve("expected.json")));
    }

    byte[] file(String name) throws IOException {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    byte[] quote() throws IOException {
      return file("quote.bin");
    }

    Collateral collateral() throws IOException {
      return new Collateral(
          file("tcb_info.json"),
          file("tcb_chain.pem"),
          file("qe_identity.json"),
          file("qe_chain.pem"),
          file("root_ca.crl.der"),
          file("pck_ca.crl.der"));
    }

    SnpCollateral snpCollateral() throws IOException {
      return new SnpCollateral(file("vek.der"), file("ask.der"), file("ark.der"), file("crl.der"));
    }

    Verdict verifySnp(Instant instant) throws IOException {
      return Verifier.verify(
          file("report.bin"),
          snpCollateral().encode(),
          Binding.none(),
          AppraisalPolicy.anyGenuineEnclave(),
          instant);
    }

    Instant validFrom() {
      return OffsetDateTime.parse(texts("valid").get(0)).toInstant();
    }

    Instant validUntil() {
      return OffsetDateTime.parse(texts("valid").get(1)).toInstant();
    }

    Binding binding() throws IOException {
      byte[] claims = file("claims.bin");
      return claims.length == 0
          ? Binding.none()
          : Binding.to(Arrays.copyOf(Digests.sha256(List.of(claims)), 64));
    }

    Verdict verify(Instant instant) throws IOException {
      return Verifier.verify(
          quote(), collateral().encode(), binding(), AppraisalPolicy.anyIntelEnclave(), instant);
    }

    Object expected(String... path) {
      Object value = expected;
      for (String key : path) {
        value = ((Map<?, ?>) value).get(key);
      }
      return value;
    }

    String text(String... path) {
      return (String) expected(path);
    }

    @SuppressWarnings("unchecked") // the files hold texts there
    List<String> texts(String... path) {
      return (List<String>) expected(path);
    }

    Instant instant(String... path) {
      return OffsetDateTime.parse(text(path)).toInstant();
    }

    Optional<Instant> probe(String name) {
      return Optional.ofNullable((Map<?, ?>) expected.get("probe_times"))
          .map(times -> Instant.ofEpochSecond(((Number) times.get(name)).longValue()));
    }
  }
}
