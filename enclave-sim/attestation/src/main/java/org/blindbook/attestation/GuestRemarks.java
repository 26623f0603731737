package org.blindbook.attestation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a reviewer would ask about a policy's demands on guests and platforms. */
final class GuestRemarks {
  /** Of a measurement of TDX or SEV-SNP. */
  private static final int GUEST_DIGITS = 96;

  private GuestRemarks() {}

  static void add(AppraisalPolicy policy, List<String> remarks) {
    Demands demands = policy.demands();
    if (trusts(policy, TrustAnchor.AMD_NAME)) {
      onSnp(demands.snp(), remarks);
    } else if (demands.snp().isPresent() && !trusts(policy, TrustAnchor.SIMULATED_NAME)) {
      remarks.add("Its snp has no effect: it trusts no root of AMD's.");
    }
    boolean guests =
        policy.measurements().stream()
            .anyMatch(accepted -> accepted.measurement().length() == GUEST_DIGITS);
    if (trusts(policy, TrustAnchor.INTEL_NAME) && guests) {
      onTdx(demands.tdx(), remarks);
    } else if (demands.tdx().isPresent() && !trusts(policy, TrustAnchor.SIMULATED_NAME)) {
      remarks.add(
          "Its tdx has no effect: it trusts no root of Intel's, or names no measurement of TDX.");
    }
    for (String name : demands.acceptedBroken().map(Set::stream).orElseThrow().sorted().toList()) {
      KnownBroken.entry(name)
          .ifPresent(
              entry -> remarks.add("It accepts " + name + ", by which " + entry.breaks() + "."));
    }
  }

  private static boolean trusts(AppraisalPolicy policy, String root) {
    return policy.trustAnchors().stream().anyMatch(anchor -> anchor.name().equals(root));
  }

  private static void onSnp(Optional<SnpDemands> demands, List<String> remarks) {
    if (demands.isEmpty()) {
      remarks.add("It has no snp: any firmware of AMD's and any guest policy is accepted.");
      return;
    }
    SnpDemands snp = demands.get();
    unless(
        !snp.products().isEmpty(),
        "snp.products: any line of processors is accepted, Milan too, whose keys can be had.",
        remarks);
    unless(
        !snp.minimumTcb().isEmpty(),
        "snp.minimumTcb: firmware with known holes is accepted, as AMD publishes no statuses.",
        remarks);
    unless(
        !snp.minimumLaunchTcb().isEmpty(),
        "snp.minimumLaunchTcb: guests that began under older firmware are accepted.",
        remarks);
    unless(
        snp.vmpl().isPresent(),
        "snp.vmpl: any privilege level in the guest may ask for the evidence.",
        remarks);
    unless(
        !snp.guestPolicy().isEmpty(),
        "snp.guestPolicy: the host may run the guest with SMT, swapping and visible ciphertext.",
        remarks);
    unless(
        isAsked(snp.platformInfo(), "ciphertextHiding", true),
        "snp.platformInfo.ciphertextHiding: the host sees which blocks of the guest's memory"
            + " change.",
        remarks);
    unless(
        isAsked(snp.platformInfo(), "aliasCheckComplete", true),
        "snp.platformInfo.aliasCheckComplete: memory may have second addresses (badram).",
        remarks);
    unless(
        isAsked(snp.platformInfo(), "smt", false),
        "snp.platformInfo.smt: code of others may share the guest's cores.",
        remarks);
    unless(
        snp.requiresRevocationList(),
        "snp.requireRevocationList: a revoked authority of AMD's goes unnoticed.",
        remarks);
    if (snp.products().size() != 1
        && !(snp.minimumTcb().isEmpty() && snp.minimumLaunchTcb().isEmpty())) {
      remarks.add(
          "Its floors for snp are of several lines of processors, which number their firmware"
              + " apart: write a policy for each.");
    }
  }

  private static void onTdx(Optional<TdxDemands> demands, List<String> remarks) {
    if (demands.isEmpty()) {
      remarks.add(
          "It has no tdx: any attributes of a domain are accepted but debug and migration.");
      return;
    }
    unless(
        demands.get().septVeDisable().isPresent(),
        "tdx.septVeDisable: the host may make the domain's page accesses fail at will.",
        remarks);
    unless(
        demands.get().definedAttributesOnly(),
        "tdx.definedAttributesOnly: attributes that nobody here knows are accepted.",
        remarks);
  }

  private static boolean isAsked(Map<String, Boolean> flags, String name, boolean value) {
    return Optional.of(value).equals(Optional.ofNullable(flags.get(name)));
  }

  private static void unless(boolean asked, String remark, List<String> remarks) {
    if (!asked) {
      remarks.add("It has no " + remark);
    }
  }
}
