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
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.TcbStatus;
import org.bouncycastle.cert.X509CertificateHolder;

/** Reads a policy file. A key it does not know is an error: a typing mistake must not loosen. */
final class PolicyParser {
  static final int MAX_CHARACTERS = 256 * 1024;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** 32 bytes of SGX, 48 of TDX and SEV-SNP. */
  private static final Pattern MEASUREMENT = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{96}");

  /** PPID of Intel's platforms, CHIP_ID of AMD's. */
  private static final Pattern PLATFORM = Pattern.compile("[0-9a-f]{32}|[0-9a-f]{128}");

  /** Of a lookup enclave's table. */
  private static final Pattern KERNEL = Pattern.compile("vector512|vector256|plain");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  private PolicyParser() {}

  static AppraisalPolicy parse(String yaml) throws PolicyException {
    YamlMapping root = YamlMapping.parse(yaml, MAX_CHARACTERS);
    root.allowOnly(
        "version",
        "trustRoots",
        "measurements",
        "runtimes",
        "settings",
        "platforms",
        "oprfKeys",
        "kernels",
        "maxThreads",
        "tcbStatuses",
        "tcbGraceDays",
        "minimumEvaluationNumber",
        "allowDebug");
    if (!root.text("version").equals("1")) {
      throw root.error("version", "is not a version this program knows: use 1");
    }
    List<TrustAnchor> anchors = new ArrayList<>();
    for (YamlMapping entry : root.mappings("trustRoots")) {
      anchors.addAll(trustRoot(entry));
    }
    List<AcceptedMeasurement> measurements = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlMapping entry : root.mappings("measurements")) {
      AcceptedMeasurement accepted = measurement(entry);
      if (!seen.add(accepted.measurement())) {
        throw entry.error("measurement", "is listed twice");
      }
      measurements.add(accepted);
    }
    return new AppraisalPolicy(
        anchors,
        Optional.of(measurements),
        new Pins(
            named(root, "runtimes", "digest", DIGEST, "64 lower-case hexadecimal digits"),
            named(root, "settings", "digest", DIGEST, "64 lower-case hexadecimal digits"),
            named(root, "platforms", "id", PLATFORM, "32 or 128 lower-case hexadecimal digits"),
            oprfKeys(root),
            new TablePins(kernels(root), maxThreads(root))),
        statuses(root),
        number(root, "tcbGraceDays").map(Duration::ofDays),
        number(root, "minimumEvaluationNumber"),
        root.has("allowDebug") && bool(root, "allowDebug"));
  }

  private static List<TrustAnchor> trustRoot(YamlMapping entry) throws PolicyException {
    entry.allowOnly("name", "certificate");
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

  private static AcceptedMeasurement measurement(YamlMapping entry) throws PolicyException {
    entry.allowOnly("measurement", "release", "commit", "reason", "date", "advisories");
    LocalDate date;
    try {
      date = LocalDate.parse(entry.text("date"));
    } catch (DateTimeException e) {
      throw entry.error("date", "is not a date: write it as 2026-11-22");
    }
    return new AcceptedMeasurement(
        matching(entry, "measurement", MEASUREMENT, "64 or 96 lower-case hexadecimal digits"),
        entry.text("release"),
        entry.text("commit"),
        entry.text("reason"),
        date,
        entry.has("advisories") ? Set.copyOf(entry.texts("advisories")) : Set.of());
  }

  /** Names by what they stand for; none when the policy does not ask. */
  private static Map<String, String> named(
      YamlMapping root, String list, String key, Pattern pattern, String form)
      throws PolicyException {
    Map<String, String> names = new LinkedHashMap<>();
    if (root.has(list)) {
      for (YamlMapping entry : root.mappings(list)) {
        entry.allowOnly(key, "name");
        if (names.put(matching(entry, key, pattern, form), entry.text("name")) != null) {
          throw entry.error(key, "is listed twice");
        }
      }
    }
    return names;
  }

  private static Set<OprfKey> oprfKeys(YamlMapping root) throws PolicyException {
    Set<OprfKey> keys = new HashSet<>();
    if (root.has("oprfKeys")) {
      for (YamlMapping entry : root.mappings("oprfKeys")) {
        entry.allowOnly("epoch", "publicKey");
        entry.text("epoch"); // names the line when it is missing
        int epoch = number(entry, "epoch").orElseThrow();
        if (epoch < 1) {
          throw entry.error("epoch", "is not a number from 1");
        }
        if (!keys.add(new OprfKey(epoch, digest(entry, "publicKey")))) {
          throw entry.error("publicKey", "is listed twice");
        }
      }
    }
    return keys;
  }

  private static Set<String> kernels(YamlMapping root) throws PolicyException {
    Set<String> kernels = new HashSet<>();
    if (root.has("kernels")) {
      for (String kernel : root.texts("kernels")) {
        if (!KERNEL.matcher(kernel).matches()) {
          throw root.error("kernels", "holds one that is not vector512, vector256 or plain");
        }
        kernels.add(kernel);
      }
    }
    return kernels;
  }

  private static Optional<Integer> maxThreads(YamlMapping root) throws PolicyException {
    Optional<Integer> most = number(root, "maxThreads");
    if (most.isPresent() && most.get() < 1) {
      throw root.error("maxThreads", "is not a number from 1");
    }
    return most;
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

  private static Set<TcbStatus> statuses(YamlMapping root) throws PolicyException {
    if (!root.has("tcbStatuses")) {
      return EnumSet.of(TcbStatus.UP_TO_DATE, TcbStatus.SW_HARDENING_NEEDED);
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

  private static Optional<Integer> number(YamlMapping mapping, String key) throws PolicyException {
    if (!mapping.has(key)) {
      return Optional.empty();
    }
    String text = mapping.text(key);
    if (!NUMBER.matcher(text).matches()) {
      throw mapping.error(key, "is not a number");
    }
    return Optional.of(Integer.valueOf(text));
  }

  private static boolean bool(YamlMapping root, String key) throws PolicyException {
    return switch (root.text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw root.error(key, "is not true or false");
    };
  }
}
