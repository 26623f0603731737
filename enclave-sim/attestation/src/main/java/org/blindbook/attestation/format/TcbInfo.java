package org.blindbook.attestation.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Intel says about the patch levels of one processor family (Provisioning Certification
 * Service API, "Get TCB Info"): version 2 for SGX, version 3 for SGX or TDX.
 *
 * @param signedBytes the bytes under the signature
 * @param signature r and s
 * @param fmspc lower-case hexadecimal
 * @param pceId lower-case hexadecimal
 * @param levels in the document's order: the first that a platform reaches is the platform's
 * @param tdxModule present for TDX
 * @param tdxModuleIdentities absent from older documents; empty for SGX
 */
public record TcbInfo(
    Tee tee,
    byte[] signedBytes,
    byte[] signature,
    Instant issueDate,
    Instant nextUpdate,
    String fmspc,
    String pceId,
    int evaluationDataNumber,
    List<TcbLevel> levels,
    Optional<TdxModule> tdxModule,
    List<TdxModule> tdxModuleIdentities) {

  public static TcbInfo parse(byte[] document) throws MalformedEvidenceException {
    SignedJson json = SignedJson.parse(document, "tcbInfo");
    JsonObject body = json.body();
    int version = body.integer("version", Integer.MAX_VALUE);
    if (version != 2 && version != 3) {
      throw new MalformedEvidenceException("unknown version of TCB info");
    }
    Tee tee = version == 2 ? Tee.SGX : tee(body.string("id"));
    if (body.integer("tcbType", Integer.MAX_VALUE) != 0) {
      throw new MalformedEvidenceException("unknown type of TCB");
    }
    List<TcbLevel> levels = new ArrayList<>();
    for (JsonObject level : body.objects("tcbLevels")) {
      levels.add(TcbLevel.parse(level, version, tee));
    }
    List<TdxModule> identities = new ArrayList<>();
    if (tee == Tee.TDX && body.has("tdxModuleIdentities")) {
      for (JsonObject identity : body.objects("tdxModuleIdentities")) {
        identities.add(TdxModule.parseIdentity(identity));
      }
    }
    return new TcbInfo(
        tee,
        json.signedBytes(),
        json.signature(),
        body.instant("issueDate"),
        body.instant("nextUpdate"),
        body.hexText("fmspc", 6),
        body.hexText("pceId", 2),
        body.integer("tcbEvaluationDataNumber", Integer.MAX_VALUE),
        List.copyOf(levels),
        tee == Tee.TDX ? Optional.of(TdxModule.parse(body.object("tdxModule"))) : Optional.empty(),
        List.copyOf(identities));
  }

  private static Tee tee(String id) throws MalformedEvidenceException {
    return switch (id) {
      case "SGX" -> Tee.SGX;
      case "TDX" -> Tee.TDX;
      default -> throw new MalformedEvidenceException("the TCB info is of neither SGX nor TDX");
    };
  }

  /**
   * What the module that made this report must be: {@code tdxModule} for modules of major version
   * zero, the identity of its version for all others. Empty when the document has none.
   */
  public Optional<TdxModule> moduleOf(TdReport report) {
    return report.moduleVersion() == 0 ? tdxModule : moduleOf(report.moduleVersion());
  }

  /**
   * The identity of modules of a major version.
   *
   * @param version from 1
   */
  public Optional<TdxModule> moduleOf(int version) {
    return tdxModuleIdentities.stream()
        .filter(identity -> identity.id().equals(TdxModule.id(version)))
        .findFirst();
  }
}
