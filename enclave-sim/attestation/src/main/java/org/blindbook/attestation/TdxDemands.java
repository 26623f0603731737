package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.blindbook.attestation.format.TdReport;

/**
 * What a policy asks of trust domains of TDX. What is not named is not asked.
 *
 * @param septVeDisable whether the host may not make the domain's page accesses fail at will
 * @param definedAttributesOnly whether attributes that Intel has not defined are refused
 * @param xfam accepted values, as the report's bytes
 * @param mrConfigId accepted values
 * @param mrOwner accepted values
 * @param mrOwnerConfig accepted values
 */
record TdxDemands(
    Optional<Boolean> septVeDisable,
    boolean definedAttributesOnly,
    Set<String> xfam,
    Set<String> mrConfigId,
    Set<String> mrOwner,
    Set<String> mrOwnerConfig) {

  static final String SEPT_VE_DISABLE = "septVeDisable";
  static final String DEFINED_ONLY = "definedAttributesOnly";
  static final String XFAM = "xfam";
  static final String MR_CONFIG_ID = "mrConfigId";
  static final String MR_OWNER = "mrOwner";
  static final String MR_OWNER_CONFIG = "mrOwnerConfig";

  private static final Pattern XFAM_FORM = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{96}");

  static TdxDemands read(YamlMapping tdx, Mistakes mistakes) {
    tdx.allowOnly(
        mistakes, SEPT_VE_DISABLE, DEFINED_ONLY, XFAM, MR_CONFIG_ID, MR_OWNER, MR_OWNER_CONFIG);
    return new TdxDemands(
        tdx.optional(SEPT_VE_DISABLE, mistakes, () -> tdx.bool(SEPT_VE_DISABLE)),
        tdx.optional(DEFINED_ONLY, mistakes, () -> tdx.bool(DEFINED_ONLY)).orElse(false),
        values(tdx, XFAM, XFAM_FORM, "16 lower-case hexadecimal digits", mistakes),
        values(tdx, MR_CONFIG_ID, DIGEST, "96 lower-case hexadecimal digits", mistakes),
        values(tdx, MR_OWNER, DIGEST, "96 lower-case hexadecimal digits", mistakes),
        values(tdx, MR_OWNER_CONFIG, DIGEST, "96 lower-case hexadecimal digits", mistakes));
  }

  private static Set<String> values(
      YamlMapping tdx, String key, Pattern pattern, String form, Mistakes mistakes) {
    return tdx.optional(key, mistakes, () -> tdx.texts(key, pattern, form)).orElse(Set.of());
  }

  List<Check> appraise(TdReport report) {
    List<Check> checks = new ArrayList<>();
    if (septVeDisable.isPresent() || definedAttributesOnly) {
      checks.add(attributes(report));
    }
    named(Step.XFAM, "XFAM", xfam, report.xfam()).ifPresent(checks::add);
    named(Step.TD_CONFIGURATION, "MRCONFIGID", mrConfigId, report.mrConfigId())
        .ifPresent(checks::add);
    named(Step.TD_CONFIGURATION, "MROWNER", mrOwner, report.mrOwner()).ifPresent(checks::add);
    named(Step.TD_CONFIGURATION, "MROWNERCONFIG", mrOwnerConfig, report.mrOwnerConfig())
        .ifPresent(checks::add);
    return checks;
  }

  private Check attributes(TdReport report) {
    Faults faults = new Faults(Step.TD_ATTRIBUTES);
    if (septVeDisable.filter(asked -> asked != report.septVeDisable()).isPresent()) {
      faults.add(
          Fault.GUEST,
          report.septVeDisable()
              ? "the domain has SEPT_VE_DISABLE, which the policy does not accept"
              : "the host may make the domain's page accesses fail at will: SEPT_VE_DISABLE is"
                  + " off");
    }
    if (definedAttributesOnly && report.hasUndefinedAttributes()) {
      faults.add(Fault.GUEST, "the domain has attributes that this program does not know");
    }
    List<String> required = new ArrayList<>();
    septVeDisable.ifPresent(asked -> required.add("SEPT_VE_DISABLE " + (asked ? "on" : "off")));
    if (definedAttributesOnly) {
      required.add("defined ones only");
    }
    return Check.of(
        HexFormat.of().formatHex(report.tdAttributes()),
        String.join(", ", required),
        Optional.empty(),
        faults);
  }

  private static Optional<Check> named(Step step, String what, Set<String> accepted, byte[] value) {
    if (accepted.isEmpty()) {
      return Optional.empty();
    }
    String seen = HexFormat.of().formatHex(value);
    return Optional.of(
        Check.of(
            accepted.contains(seen),
            step,
            what + " " + seen,
            "one that the policy names",
            Fault.GUEST,
            "the policy does not name this " + what));
  }
}
