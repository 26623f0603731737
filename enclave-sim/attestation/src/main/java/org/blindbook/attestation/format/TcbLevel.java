package org.blindbook.attestation.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A patch level: a platform reaches it when none of its versions is lower.
 *
 * @param componentSvns 16 versions of the processor's components
 * @param tdxComponentSvns 16 versions of the TDX module and what it stands on; empty for SGX
 */
public record TcbLevel(
    List<Integer> componentSvns,
    int pceSvn,
    List<Integer> tdxComponentSvns,
    Instant date,
    TcbStatus status,
    List<String> advisories) {

  static TcbLevel parse(JsonObject level, int version, Tee tee) throws MalformedEvidenceException {
    JsonObject tcb = level.object("tcb");
    List<Integer> components;
    if (version == 2) {
      components = new ArrayList<>();
      for (int i = 1; i <= PckExtension.COMPONENTS; i++) {
        components.add(tcb.integer("sgxtcbcomp%02dsvn".formatted(i), 0xff));
      }
    } else {
      components = components(tcb, "sgxtcbcomponents");
    }
    return new TcbLevel(
        List.copyOf(components),
        tcb.integer("pcesvn", 0xffff),
        tee == Tee.TDX ? components(tcb, "tdxtcbcomponents") : List.of(),
        level.instant("tcbDate"),
        TcbStatus.ofDocument(level.string("tcbStatus")),
        level.optionalNames("advisoryIDs"));
  }

  private static List<Integer> components(JsonObject tcb, String name)
      throws MalformedEvidenceException {
    List<Integer> components = new ArrayList<>();
    for (JsonObject component : tcb.objects(name)) {
      components.add(component.integer("svn", 0xff));
    }
    if (components.size() != PckExtension.COMPONENTS) {
      throw new MalformedEvidenceException("a TCB level has 16 components");
    }
    return List.copyOf(components);
  }

  public boolean isReachedBy(PckExtension platform) {
    for (int i = 0; i < PckExtension.COMPONENTS; i++) {
      if (platform.componentSvns().get(i) < componentSvns.get(i)) {
        return false;
      }
    }
    return platform.pceSvn() >= pceSvn;
  }

  /**
   * Whether the module reaches it too. The first two of its versions count here only when the
   * module's major version, the second, is zero: later modules have levels of their own.
   */
  public boolean isReachedBy(TdReport report) {
    byte[] svns = report.teeTcbSvn();
    for (int i = report.moduleVersion() == 0 ? 0 : 2; i < PckExtension.COMPONENTS; i++) {
      if ((svns[i] & 0xff) < tdxComponentSvns.get(i)) {
        return false;
      }
    }
    return true;
  }
}
