package org.blindbook.attestation.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What Intel says about the patch levels of one processor family (Provisioning Certification
 * Service API, "Get TCB Info", versions 2 and 3), for SGX.
 *
 * @param signedBytes the bytes under the signature
 * @param signature r and s
 * @param fmspc lower-case hexadecimal
 * @param pceId lower-case hexadecimal
 * @param levels in the document's order: the first that a platform reaches is the platform's
 */
public record TcbInfo(
    byte[] signedBytes,
    byte[] signature,
    Instant issueDate,
    Instant nextUpdate,
    String fmspc,
    String pceId,
    int evaluationDataNumber,
    List<Level> levels) {

  /** A patch level: a platform reaches it when none of its versions is lower. */
  public record Level(
      List<Integer> componentSvns,
      int pceSvn,
      Instant date,
      TcbStatus status,
      List<String> advisories) {

    public boolean isReachedBy(PckExtension platform) {
      for (int i = 0; i < PckExtension.COMPONENTS; i++) {
        if (platform.componentSvns().get(i) < componentSvns.get(i)) {
          return false;
        }
      }
      return platform.pceSvn() >= pceSvn;
    }
  }

  public static TcbInfo parse(byte[] document) throws MalformedEvidenceException {
    SignedJson json = SignedJson.parse(document, "tcbInfo");
    JsonObject body = json.body();
    int version = body.integer("version", Integer.MAX_VALUE);
    if (version != 2 && version != 3) {
      throw new MalformedEvidenceException("unknown version of TCB info");
    }
    if (version == 3 && !body.string("id").equals("SGX")) {
      throw new MalformedEvidenceException("the TCB info is not of SGX");
    }
    if (body.integer("tcbType", Integer.MAX_VALUE) != 0) {
      throw new MalformedEvidenceException("unknown type of TCB");
    }
    List<Level> levels = new ArrayList<>();
    for (JsonObject level : body.objects("tcbLevels")) {
      levels.add(level(level, version));
    }
    return new TcbInfo(
        json.signedBytes(),
        json.signature(),
        body.instant("issueDate"),
        body.instant("nextUpdate"),
        body.hexText("fmspc", 6),
        body.hexText("pceId", 2),
        body.integer("tcbEvaluationDataNumber", Integer.MAX_VALUE),
        List.copyOf(levels));
  }

  private static Level level(JsonObject level, int version) throws MalformedEvidenceException {
    JsonObject tcb = level.object("tcb");
    List<Integer> components = new ArrayList<>();
    if (version == 2) {
      for (int i = 1; i <= PckExtension.COMPONENTS; i++) {
        components.add(tcb.integer("sgxtcbcomp%02dsvn".formatted(i), 0xff));
      }
    } else {
      for (JsonObject component : tcb.objects("sgxtcbcomponents")) {
        components.add(component.integer("svn", 0xff));
      }
    }
    if (components.size() != PckExtension.COMPONENTS) {
      throw new MalformedEvidenceException("a TCB level has 16 components");
    }
    return new Level(
        List.copyOf(components),
        tcb.integer("pcesvn", 0xffff),
        level.instant("tcbDate"),
        TcbStatus.ofVendorName(level.string("tcbStatus")),
        level.optionalNames("advisoryIDs"));
  }
}
