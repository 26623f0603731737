package org.blindbook.attestation;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
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

  private PolicyParser() {}

  static AppraisalPolicy parse(String yaml) throws PolicyException {
    YamlMapping root = YamlMapping.parse(yaml, MAX_CHARACTERS);
    root.allowOnly(
        "version",
        "trustRoots",
        "measurements",
        "runtimes",
        "tcbStatuses",
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
    Map<String, String> runtimes = new LinkedHashMap<>();
    if (root.has("runtimes")) {
      for (YamlMapping entry : root.mappings("runtimes")) {
        entry.allowOnly("digest", "name");
        runtimes.put(digest(entry, "digest"), entry.text("name"));
      }
    }
    return new AppraisalPolicy(
        anchors,
        Optional.of(measurements),
        runtimes,
        statuses(root),
        minimumEvaluationNumber(root),
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
        measurementText(entry),
        entry.text("release"),
        entry.text("commit"),
        entry.text("reason"),
        date,
        entry.has("advisories") ? Set.copyOf(entry.texts("advisories")) : Set.of());
  }

  private static String measurementText(YamlMapping entry) throws PolicyException {
    String text = entry.text("measurement");
    if (!MEASUREMENT.matcher(text).matches()) {
      throw entry.error("measurement", "is not 64 or 96 lower-case hexadecimal digits");
    }
    return text;
  }

  private static String digest(YamlMapping entry, String key) throws PolicyException {
    String text = entry.text(key);
    if (!DIGEST.matcher(text).matches()) {
      throw entry.error(key, "is not 64 lower-case hexadecimal digits");
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

  private static Optional<Integer> minimumEvaluationNumber(YamlMapping root)
      throws PolicyException {
    if (!root.has("minimumEvaluationNumber")) {
      return Optional.empty();
    }
    String text = root.text("minimumEvaluationNumber");
    if (!text.matches("[0-9]{1,6}")) {
      throw root.error("minimumEvaluationNumber", "is not a number");
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
