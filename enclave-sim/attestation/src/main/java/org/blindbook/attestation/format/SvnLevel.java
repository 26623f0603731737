package org.blindbook.attestation.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How patched one security version of a quoting enclave or of a TDX module is. */
public record SvnLevel(int isvSvn, Instant date, TcbStatus status, List<String> advisories) {

  /** The levels of a document's object, in its order. */
  static List<SvnLevel> parse(JsonObject object) throws MalformedEvidenceException {
    List<SvnLevel> levels = new ArrayList<>();
    for (JsonObject level : object.objects("tcbLevels")) {
      levels.add(
          new SvnLevel(
              level.object("tcb").integer("isvsvn", 0xffff),
              level.instant("tcbDate"),
              TcbStatus.ofDocument(level.string("tcbStatus")),
              level.optionalNames("advisoryIDs")));
    }
    return List.copyOf(levels);
  }

  /** The first level that this version reaches. */
  public static Optional<SvnLevel> reached(List<SvnLevel> levels, int isvSvn) {
    return levels.stream().filter(level -> isvSvn >= level.isvSvn).findFirst();
  }
}
