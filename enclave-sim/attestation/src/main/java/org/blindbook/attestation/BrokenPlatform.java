package org.blindbook.attestation;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.SnpTcb;
import org.blindbook.attestation.format.Tee;

/**
 * Which platforms an entry of {@link KnownBroken} is about, as the list writes it:
 *
 * <pre>
 * snp LINE                               a line of AMD's processors
 * snp LINE firmware below 1.55.22        with firmware before this version
 * snp LINE SNP below 24                  whose certified SNP firmware has a lower version
 * sgx model 6a 6c                        Intel's processors of these models
 * tdx model 8f
 * </pre>
 */
final class BrokenPlatform {
  private final String text;
  private final Predicate<Subject> rule;

  private BrokenPlatform(String text, Predicate<Subject> rule) {
    this.text = text;
    this.rule = rule;
  }

  static BrokenPlatform parse(String text) {
    List<String> words = List.of(text.split(" "));
    Predicate<Subject> rule =
        switch (words.get(0)) {
          case "snp" -> snp(words);
          case "sgx" -> intel(Tee.SGX, words);
          case "tdx" -> intel(Tee.TDX, words);
          default -> throw new IllegalArgumentException("no platform: " + text);
        };
    return new BrokenPlatform(text, rule);
  }

  private static Predicate<Subject> snp(List<String> words) {
    SnpProduct line = SnpProduct.ofName(words.get(1)).orElseThrow();
    Predicate<Subject> ofLine = subject -> subject.product().equals(Optional.of(line));
    if (words.size() == 2) {
      return ofLine;
    }
    String bound = words.get(words.size() - 1);
    return switch (words.get(2)) {
      case "firmware" -> {
        int version = version(bound.split("\\."));
        yield ofLine.and(
            subject -> subject.snp().filter(report -> firmware(report) < version).isPresent());
      }
      case "SNP" -> {
        int version = Integer.parseInt(bound);
        yield ofLine.and(subject -> snpVersion(line, subject) < version);
      }
      default -> throw new IllegalArgumentException("no rule: " + words);
    };
  }

  private static int snpVersion(SnpProduct line, Subject subject) {
    OptionalInt version =
        subject
            .snp()
            .map(report -> line.tcb().version(SnpTcb.Part.SNP, report.reportedTcb()))
            .orElse(OptionalInt.empty());
    return version.orElse(0);
  }

  private static int firmware(SnpReport report) {
    byte[] version = report.currentVersion();
    return (version[0] & 0xff) << 16 | (version[1] & 0xff) << 8 | version[2] & 0xff;
  }

  private static int version(String[] numbers) {
    return Integer.parseInt(numbers[0]) << 16
        | Integer.parseInt(numbers[1]) << 8
        | Integer.parseInt(numbers[2]);
  }

  private static Predicate<Subject> intel(Tee tee, List<String> words) {
    List<Integer> models =
        words.subList(2, words.size()).stream().map(HexFormat::fromHexDigits).toList();
    return subject ->
        subject.tee() == tee
            && subject.fmspc().map(BrokenPlatform::model).filter(models::contains).isPresent();
  }

  /**
   * The processor's model as FMSPC begins with it: of 00606a000000 it is 6a, of b0c06f000000 cf.
   */
  private static int model(String fmspc) {
    return HexFormat.fromHexDigits(fmspc.substring(2, 3) + fmspc.substring(5, 6));
  }

  boolean includes(Subject subject) {
    return rule.test(subject);
  }

  @Override
  public String toString() {
    return text.toLowerCase(Locale.ROOT);
  }
}
