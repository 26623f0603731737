package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.SnpTcb;

/**
 * What a policy asks of guests of SEV-SNP. AMD publishes no statuses, so these floors are all that
 * speaks of firmware. What is not named is not asked.
 *
 * @param minimumTcb of REPORTED_TCB, which the endorsement key is derived from
 * @param minimumLaunchTcb of LAUNCH_TCB
 * @param vmpl the lowest privilege, that is the highest number, that may ask for a report
 * @param guestPolicy bits of POLICY by their names here
 * @param platformInfo bits of PLATFORM_INFO, likewise
 * @param hostData accepted HOST_DATA
 */
record SnpDemands(
    Set<SnpProduct> products,
    Map<SnpTcb.Part, Integer> minimumTcb,
    Map<SnpTcb.Part, Integer> minimumLaunchTcb,
    Optional<Integer> vmpl,
    Map<String, Boolean> guestPolicy,
    Map<String, Boolean> platformInfo,
    Set<String> hostData,
    boolean requiresRevocationList) {

  static final String PRODUCTS = "products";
  static final String MINIMUM_TCB = "minimumTcb";
  static final String MINIMUM_LAUNCH_TCB = "minimumLaunchTcb";
  static final String VMPL = "vmpl";
  static final String GUEST_POLICY = "guestPolicy";
  static final String PLATFORM_INFO = "platformInfo";
  static final String HOST_DATA = "hostData";
  static final String REQUIRE_LIST = "requireRevocationList";

  /** AMD SEV-SNP Firmware ABI Specification, revision 1.58, table "Guest Policy". */
  private static final Map<String, Integer> GUEST_POLICY_BITS =
      bits(
          "smt",
          16,
          "singleSocket",
          20,
          "cxl",
          21,
          "aes256Xts",
          22,
          "raplDisabled",
          23,
          "ciphertextHiding",
          24,
          "pageSwapDisabled",
          25);

  /** The same, table "PLATFORM_INFO Field". */
  private static final Map<String, Integer> PLATFORM_INFO_BITS =
      bits(
          "smt",
          0,
          "tsme",
          1,
          "ecc",
          2,
          "raplDisabled",
          3,
          "ciphertextHiding",
          4,
          "aliasCheckComplete",
          5,
          "iommuWriteSafe",
          6,
          "tio",
          7);

  private static final Pattern VERSION =
      Pattern.compile("[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]");
  private static final Pattern LEVEL = Pattern.compile("[0-3]");
  private static final Pattern DATA = Pattern.compile("[0-9a-f]{64}");

  private static Map<String, Integer> bits(Object... namesAndNumbers) {
    Map<String, Integer> bits = new LinkedHashMap<>();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      bits.put((String) namesAndNumbers[i], (Integer) namesAndNumbers[i + 1]);
    }
    return bits;
  }

  static SnpDemands read(YamlMapping snp, Mistakes mistakes) {
    snp.allowOnly(
        mistakes,
        PRODUCTS,
        MINIMUM_TCB,
        MINIMUM_LAUNCH_TCB,
        VMPL,
        GUEST_POLICY,
        PLATFORM_INFO,
        HOST_DATA,
        REQUIRE_LIST);
    return new SnpDemands(
        products(snp, mistakes),
        tcb(snp, MINIMUM_TCB, mistakes),
        tcb(snp, MINIMUM_LAUNCH_TCB, mistakes),
        snp.optional(VMPL, mistakes, () -> snp.number(VMPL, LEVEL)),
        flags(snp, GUEST_POLICY, GUEST_POLICY_BITS, mistakes),
        flags(snp, PLATFORM_INFO, PLATFORM_INFO_BITS, mistakes),
        snp.optional(
                HOST_DATA,
                mistakes,
                () -> snp.texts(HOST_DATA, DATA, "64 lower-case hexadecimal digits"))
            .orElse(Set.of()),
        snp.optional(REQUIRE_LIST, mistakes, () -> snp.bool(REQUIRE_LIST)).orElse(false));
  }

  private static Set<SnpProduct> products(YamlMapping snp, Mistakes mistakes) {
    Set<SnpProduct> products = EnumSet.noneOf(SnpProduct.class);
    List<String> names =
        snp.optional(PRODUCTS, mistakes, () -> snp.texts(PRODUCTS)).orElse(List.of());
    for (String name : names) {
      Optional<SnpProduct> product =
          SnpProduct.ofName(name).filter(known -> known.title().equals(name));
      product.ifPresent(products::add);
      if (product.isEmpty()) {
        mistakes.add(snp.error(PRODUCTS, "holds one that is not Milan, Genoa or Turin"));
      }
    }
    return products;
  }

  private static Map<SnpTcb.Part, Integer> tcb(YamlMapping snp, String key, Mistakes mistakes) {
    Map<SnpTcb.Part, Integer> floors = new EnumMap<>(SnpTcb.Part.class);
    snp.mapping(key, mistakes)
        .ifPresent(
            mapping -> {
              mapping.allowOnly(mistakes, names(SnpTcb.Part.values()));
              for (SnpTcb.Part part : SnpTcb.Part.values()) {
                String name = name(part);
                mapping
                    .optional(name, mistakes, () -> mapping.number(name, VERSION))
                    .ifPresent(version -> floors.put(part, version));
              }
            });
    return floors;
  }

  private static Map<String, Boolean> flags(
      YamlMapping snp, String key, Map<String, Integer> bits, Mistakes mistakes) {
    Map<String, Boolean> flags = new LinkedHashMap<>();
    snp.mapping(key, mistakes)
        .ifPresent(
            mapping -> {
              mapping.allowOnly(mistakes, bits.keySet().toArray(String[]::new));
              for (String bit : bits.keySet()) {
                mapping
                    .optional(bit, mistakes, () -> mapping.bool(bit))
                    .ifPresent(set -> flags.put(bit, set));
              }
            });
    return flags;
  }

  private static String[] names(SnpTcb.Part[] parts) {
    return Arrays.stream(parts).map(SnpDemands::name).toArray(String[]::new);
  }

  private static String name(SnpTcb.Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  List<Check> appraise(SnpReport report, Verification verification) {
    List<Check> checks = new ArrayList<>();
    Optional<SnpProduct> product = verification.subject().product();
    if (requiresRevocationList && !verification.hasChecked(Step.REVOCATION)) {
      checks.add(
          Check.missing(Step.ROOT_CRL, "valid", "the revocation list that the policy asks for"));
    }
    if (!products.isEmpty()) {
      checks.add(
          asked(
              Step.SNP_PRODUCT,
              product.filter(products::contains).isPresent(),
              product.map(SnpProduct::title).orElse("unknown"),
              products.stream().map(SnpProduct::title).collect(Collectors.joining(" | "))));
    }
    floor(Step.MINIMUM_TCB, minimumTcb, product, report.reportedTcb()).ifPresent(checks::add);
    floor(Step.MINIMUM_LAUNCH_TCB, minimumLaunchTcb, product, report.launchTcb())
        .ifPresent(checks::add);
    vmpl.ifPresent(
        level ->
            checks.add(
                asked(
                    Step.VMPL,
                    report.vmpl() <= level,
                    String.valueOf(report.vmpl()),
                    "at most " + level)));
    flags(Step.GUEST_POLICY, guestPolicy, GUEST_POLICY_BITS, report.policy())
        .ifPresent(checks::add);
    flags(Step.PLATFORM_INFO, platformInfo, PLATFORM_INFO_BITS, report.platformInfo())
        .ifPresent(checks::add);
    if (!hostData.isEmpty()) {
      String seen = HexFormat.of().formatHex(report.hostData());
      checks.add(asked(Step.HOST_DATA, hostData.contains(seen), seen, "one that the policy names"));
    }
    return checks;
  }

  private static Check asked(Step step, boolean holds, String seen, String required) {
    return Check.of(
        holds,
        step,
        seen,
        required,
        Fault.GUEST,
        "the policy does not accept this one: " + step.title());
  }

  /** A part that the line's layout does not have is not asked for. */
  private static Optional<Check> floor(
      Step step, Map<SnpTcb.Part, Integer> floors, Optional<SnpProduct> product, byte[] tcb) {
    if (floors.isEmpty()) {
      return Optional.empty();
    }
    Optional<SnpTcb> layout = product.map(SnpProduct::tcb);
    boolean holds = layout.isPresent();
    List<String> required = new ArrayList<>();
    for (Map.Entry<SnpTcb.Part, Integer> floor : floors.entrySet()) {
      OptionalInt version =
          layout.map(of -> of.version(floor.getKey(), tcb)).orElse(OptionalInt.empty());
      holds &= version.isEmpty() || version.getAsInt() >= floor.getValue();
      required.add(name(floor.getKey()) + " " + floor.getValue());
    }
    return Optional.of(
        Check.of(
            holds,
            step,
            layout.map(of -> of.describe(tcb)).orElse("unknown"),
            "at least " + String.join(", ", required),
            Fault.FIRMWARE,
            "AMD's firmware is older than the policy asks: " + step.title()));
  }

  private static Optional<Check> flags(
      Step step, Map<String, Boolean> flags, Map<String, Integer> bits, long field) {
    if (flags.isEmpty()) {
      return Optional.empty();
    }
    List<String> seen = new ArrayList<>();
    List<String> required = new ArrayList<>();
    boolean holds = true;
    for (Map.Entry<String, Boolean> flag : flags.entrySet()) {
      boolean set = (field >> bits.getOrDefault(flag.getKey(), 0) & 1) != 0;
      holds &= set == flag.getValue();
      seen.add(flag.getKey() + ": " + set);
      required.add(flag.getKey() + ": " + flag.getValue());
    }
    return Optional.of(asked(step, holds, String.join(", ", seen), String.join(", ", required)));
  }
}
