package org.blindbook.attestation;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.TcbStatus;
import org.bouncycastle.cert.X509CertificateHolder;

/** Reads a policy file. A key it does not know is an error: a typing mistake must not loosen. */
final class PolicyParser {
  static final int MAX_CHARACTERS = 256 * 1024;

  private static final String[] KEYS = {
    "version",
    "trustRoots",
    "measurements",
    "runtimes",
    "settings",
    "platforms",
    "oprfKeys",
    "kernels",
    "maxThreads",
    "snp",
    "tdx",
    "knownBroken",
    "tcbStatuses",
    "tcbGraceDays",
    "minimumEvaluationNumber",
    "allowDebug"
  };

  static final Set<TcbStatus> DEFAULT_STATUSES =
      Set.of(TcbStatus.UP_TO_DATE, TcbStatus.SW_HARDENING_NEEDED);

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** 32 bytes of SGX, 48 of TDX and SEV-SNP. */
  private static final Pattern MEASUREMENT = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{96}");

  /** PPID of Intel's platforms, CHIP_ID of AMD's. */
  private static final Pattern PLATFORM = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{128}");

  /** Of a lookup enclave's table. */
  private static final Pattern KERNEL = Pattern.compile("vector512|vector256|plain");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  private final YamlMapping root;
  private final Mistakes mistakes = new Mistakes();

  private PolicyParser(YamlMapping root) {
    this.root = root;
  }

  static AppraisalPolicy parse(String yaml) throws PolicyException {
    return new PolicyParser(YamlMapping.parse(yaml, MAX_CHARACTERS)).parse();
  }

  /** Everything is read, whatever was wrong before it: a reader wants to mend all at once. */
  private AppraisalPolicy parse() throws PolicyException {
    root.allowOnly(mistakes, KEYS);
    String version = mistakes.orElse("1", () -> root.text("version"));
    if (!version.equals("1")) {
      mistakes.add(root.error("version", "is not a version this program knows: use 1"));
    }
    List<TrustAnchor> anchors = new ArrayList<>();
    for (YamlMapping entry : root.mappings("trustRoots", mistakes)) {
      anchors.addAll(mistakes.orElse(List.of(), () -> trustRoot(entry)));
    }
    List<AcceptedMeasurement> measurements = measurements();
    Pins pins =
        new Pins(
            named("runtimes", "digest", DIGEST, "64 lower-case hexadecimal digits"),
            named("settings", "digest", DIGEST, "64 lower-case hexadecimal digits"),
            named("platforms", "id", PLATFORM, "32 or 128 lower-case hexadecimal digits"),
            oprfKeys(),
            new TablePins(kernels(), maxThreads()));
    Demands demands = demands();
    Set<TcbStatus> statuses = mistakes.orElse(DEFAULT_STATUSES, this::statuses);
    Optional<Duration> grace = number("tcbGraceDays").map(Duration::ofDays);
    Optional<Integer> minimum = number("minimumEvaluationNumber");
    boolean debug =
        root.optional("allowDebug", mistakes, () -> root.bool("allowDebug")).orElse(false);
    mistakes.throwIfAny();
    return new AppraisalPolicy(
        anchors, Optional.of(measurements), pins, demands, statuses, grace, minimum, debug);
  }

  private List<TrustAnchor> trustRoot(YamlMapping entry) throws PolicyException {
    entry.allowOnly(mistakes, "name", "certificate");
    switch (entry.text("name")) {
      case TrustAnchor.INTEL_NAME -> {
        return builtIn(entry, List.of(TrustAnchor.INTEL));
      }
      case TrustAnchor.AMD_NAME -> {
        return builtIn(entry, TrustAnchor.AMD);
      }
      case TrustAnchor.SIMULATED_NAME -> {
        try {
          List<X509CertificateHolder> certificates =
              Pem.certificates(entry.text("certificate").getBytes(StandardCharsets.US_ASCII));
          if (certificates.size() == 1) {
            return List.of(TrustAnchor.simulated(certificates.get(0)));
          }
        } catch (MalformedEvidenceException e) {
          // Falls through to the same sentence.
        }
        throw entry.error("certificate", "is not one certificate in PEM");
      }
      default -> throw entry.error("name", "is not a trust root: use intel, amd or simulated");
    }
  }

  private static List<TrustAnchor> builtIn(YamlMapping entry, List<TrustAnchor> anchors)
      throws PolicyException {
    if (entry.has("certificate")) {
      throw entry.error("certificate", "is built in for intel and amd: remove it");
    }
    return anchors;
  }

  private Demands demands() {
    return new Demands(
        root.mapping("snp", mistakes).map(snp -> SnpDemands.read(snp, mistakes)),
        root.mapping("tdx", mistakes).map(tdx -> TdxDemands.read(tdx, mistakes)),
        Optional.of(root.optional("knownBroken", mistakes, this::broken).orElse(Set.of())));
  }

  private Set<String> broken() throws PolicyException {
    List<String> names = root.texts("knownBroken");
    if (!names.stream().allMatch(name -> KnownBroken.entry(name).isPresent())) {
      throw root.error(
          "knownBroken",
          "holds one that this program does not know; known are "
              + KnownBroken.entries().stream()
                  .map(KnownBroken.Entry::name)
                  .collect(Collectors.joining(", ")));
    }
    return Set.copyOf(names);
  }

  private List<AcceptedMeasurement> measurements() {
    List<AcceptedMeasurement> measurements = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlMapping entry : root.mappings("measurements", mistakes)) {
      AcceptedMeasurement accepted = measurement(entry);
      if (!accepted.measurement().isEmpty() && !seen.add(accepted.measurement())) {
        mistakes.add(entry.error("measurement", "is listed twice"));
      }
      measurements.add(accepted);
    }
    return measurements;
  }

  private AcceptedMeasurement measurement(YamlMapping entry) {
    entry.allowOnly(mistakes, "measurement", "release", "commit", "reason", "date", "advisories");
    return new AcceptedMeasurement(
        mistakes.orElse(
            "",
            () ->
                matching(
                    entry, "measurement", MEASUREMENT, "64 or 96 lower-case hexadecimal digits")),
        mistakes.orElse("", () -> entry.text("release")),
        mistakes.orElse("", () -> entry.text("commit")),
        mistakes.orElse("", () -> entry.text("reason")),
        mistakes.orElse(LocalDate.EPOCH, () -> date(entry)),
        entry
            .optional("advisories", mistakes, () -> Set.copyOf(entry.texts("advisories")))
            .orElse(Set.of()));
  }

  private static LocalDate date(YamlMapping entry) throws PolicyException {
    String text = entry.text("date");
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw entry.error("date", "is not a date: write it as 2026-11-22");
    }
  }

  /** Names by what they stand for; none when the policy does not ask. */
  private Map<String, String> named(String list, String key, Pattern pattern, String form) {
    Map<String, String> names = new LinkedHashMap<>();
    if (root.has(list)) {
      for (YamlMapping entry : root.mappings(list, mistakes)) {
        entry.allowOnly(mistakes, key, "name");
        String name = mistakes.orElse("", () -> entry.text("name"));
        String id = mistakes.orElse("", () -> matching(entry, key, pattern, form));
        if (names.put(id, name) != null && !id.isEmpty()) {
          mistakes.add(entry.error(key, "is listed twice"));
        }
      }
    }
    return names;
  }

  private Set<OprfKey> oprfKeys() {
    Set<OprfKey> keys = new HashSet<>();
    if (root.has("oprfKeys")) {
      for (YamlMapping entry : root.mappings("oprfKeys", mistakes)) {
        entry.allowOnly(mistakes, "epoch", "publicKey");
        int epoch = mistakes.orElse(1, () -> fromOne(entry, "epoch"));
        String key = mistakes.orElse("", () -> digest(entry, "publicKey"));
        if (!key.isEmpty() && !keys.add(new OprfKey(epoch, key))) {
          mistakes.add(entry.error("publicKey", "is listed twice"));
        }
      }
    }
    return keys;
  }

  private Set<String> kernels() {
    Set<String> kernels = new HashSet<>();
    if (root.has("kernels")) {
      for (String kernel : mistakes.orElse(List.<String>of(), () -> root.texts("kernels"))) {
        if (!KERNEL.matcher(kernel).matches()) {
          mistakes.add(
              root.error("kernels", "holds one that is not vector512, vector256 or plain"));
        }
        kernels.add(kernel);
      }
    }
    return kernels;
  }

  private Optional<Integer> maxThreads() {
    return root.optional("maxThreads", mistakes, () -> fromOne(root, "maxThreads"));
  }

  private static int fromOne(YamlMapping entry, String key) throws PolicyException {
    int number = entry.number(key, NUMBER);
    if (number < 1) {
      throw entry.error(key, "is not a number from 1");
    }
    return number;
  }

  private static String digest(YamlMapping entry, String key) throws PolicyException {
    return matching(entry, key, DIGEST, "64 lower-case hexadecimal digits");
  }

  private static String matching(YamlMapping entry, String key, Pattern pattern, String form)
      throws PolicyException {
    String text = entry.text(key);
    if (!pattern.matcher(text).matches()) {
      throw entry.error(key, "is not " + form);
    }
    return text;
  }

  private Set<TcbStatus> statuses() throws PolicyException {
    if (!root.has("tcbStatuses")) {
      return DEFAULT_STATUSES;
    }
    Set<TcbStatus> statuses = EnumSet.noneOf(TcbStatus.class);
    for (String name : root.texts("tcbStatuses")) {
      try {
        statuses.add(TcbStatus.ofVendorName(name));
      } catch (MalformedEvidenceException e) {
        throw root.error("tcbStatuses", "holds a status that can never be accepted or is unknown");
      }
    }
    if (statuses.contains(TcbStatus.REVOKED)) {
      throw root.error("tcbStatuses", "holds Revoked, which can never be accepted");
    }
    return statuses;
  }

  private Optional<Integer> number(String key) {
    return root.optional(key, mistakes, () -> root.number(key, NUMBER));
  }
}
