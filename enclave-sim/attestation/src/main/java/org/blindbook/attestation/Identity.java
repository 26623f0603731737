package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.TdReport;

/**
 * What the evidence is of.
 *
 * @param measurement what a policy names, lower-case hexadecimal: MRENCLAVE (32 bytes) of an SGX
 *     enclave; the launch measurement (48 bytes) of an SEV-SNP guest; of a TDX trust domain, which
 *     has five, SHA-384 over MRTD and RTMR0 to RTMR3
 * @param parts everything that names it, by the vendor's names in lower case and in the vendor's
 *     order: integers, and texts of lower-case hexadecimal
 */
public record Identity(String measurement, Map<String, Object> parts) {
  private static final HexFormat HEX = HexFormat.of();

  public Identity {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  static Identity of(ReportBody body) {
    String mrEnclave = HEX.formatHex(body.mrEnclave());
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("mrenclave", mrEnclave);
    parts.put("mrsigner", HEX.formatHex(body.mrSigner()));
    parts.put("isvprodid", body.isvProdId());
    parts.put("isvsvn", body.isvSvn());
    parts.put("attributes", HEX.formatHex(body.attributes()));
    return new Identity(mrEnclave, parts);
  }

  static Identity of(TdReport report) {
    List<byte[]> measured = new ArrayList<>();
    measured.add(report.mrTd());
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("mrtd", HEX.formatHex(report.mrTd()));
    for (int i = 0; i < TdReport.RUNTIME_MEASUREMENTS; i++) {
      measured.add(report.rtmr(i));
      parts.put("rtmr" + i, HEX.formatHex(report.rtmr(i)));
    }
    parts.put("tdattributes", HEX.formatHex(report.tdAttributes()));
    parts.put("xfam", HEX.formatHex(report.xfam()));
    parts.put("mrconfigid", HEX.formatHex(report.mrConfigId()));
    parts.put("mrowner", HEX.formatHex(report.mrOwner()));
    parts.put("mrownerconfig", HEX.formatHex(report.mrOwnerConfig()));
    parts.put("tee_tcb_svn", HEX.formatHex(report.teeTcbSvn()));
    parts.put("mrseam", HEX.formatHex(report.mrSeam()));
    parts.put("mrsignerseam", HEX.formatHex(report.mrSignerSeam()));
    parts.put("seamattributes", HEX.formatHex(report.seamAttributes()));
    if (report.hasServiceTd()) {
      parts.put("tee_tcb_svn_2", HEX.formatHex(report.teeTcbSvn2()));
      parts.put("mrservicetd", HEX.formatHex(report.mrServiceTd()));
    }
    return new Identity(HEX.formatHex(Digests.sha384(measured)), parts);
  }

  static Identity of(SnpReport report) {
    String measurement = HEX.formatHex(report.measurement());
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("version", report.version());
    parts.put("guest_svn", report.guestSvn());
    parts.put("policy", "0x" + Long.toHexString(report.policy()));
    parts.put("family_id", HEX.formatHex(report.familyId()));
    parts.put("image_id", HEX.formatHex(report.imageId()));
    parts.put("vmpl", report.vmpl());
    parts.put("current_tcb", HEX.formatHex(report.currentTcb()));
    parts.put("platform_info", "0x" + Long.toHexString(report.platformInfo()));
    parts.put("signer", "0x" + Long.toHexString(report.signer()));
    parts.put("host_data", HEX.formatHex(report.hostData()));
    parts.put("id_key_digest", HEX.formatHex(report.idKeyDigest()));
    parts.put("author_key_digest", HEX.formatHex(report.authorKeyDigest()));
    parts.put("report_id", HEX.formatHex(report.reportId()));
    parts.put("report_id_ma", HEX.formatHex(report.reportIdMa()));
    parts.put("reported_tcb", HEX.formatHex(report.reportedTcb()));
    parts.put("cpuid", HEX.formatHex(report.cpuid()));
    parts.put("chip_id", HEX.formatHex(report.chipId()));
    parts.put("committed_tcb", HEX.formatHex(report.committedTcb()));
    parts.put("launch_tcb", HEX.formatHex(report.launchTcb()));
    return new Identity(measurement, parts);
  }
}
