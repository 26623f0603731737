package org.blindbook.attestation.format;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Which TDX module is Intel's: the object {@code tdxModule} of a TCB info, or one of its {@code
 * tdxModuleIdentities}.
 *
 * @param id {@code TDX_} and the major version, two upper-case hexadecimal digits; empty for {@code
 *     tdxModule}
 * @param levels how patched each of its versions is; none for {@code tdxModule}
 */
public record TdxModule(
    String id, byte[] mrSigner, byte[] attributes, byte[] attributesMask, List<SvnLevel> levels) {

  static TdxModule parse(JsonObject object) throws MalformedEvidenceException {
    return parse("", object, List.of());
  }

  static TdxModule parseIdentity(JsonObject object) throws MalformedEvidenceException {
    return parse(object.string("id").toUpperCase(Locale.ROOT), object, SvnLevel.parse(object));
  }

  private static TdxModule parse(String id, JsonObject object, List<SvnLevel> levels)
      throws MalformedEvidenceException {
    return new TdxModule(
        id,
        object.hex("mrsigner", TdReport.MEASUREMENT_BYTES),
        object.hex("attributes", 8),
        object.hex("attributesMask", 8),
        levels);
  }

  /** The id of the identity that a module of this major version has. */
  static String id(int version) {
    return "TDX_%02X".formatted(version);
  }

  /**
   * Whether the report is of this module. Intel's library asks for SEAMATTRIBUTES that are zero
   * besides those of the document; so does this.
   */
  public boolean describes(TdReport report) {
    byte[] seen = report.seamAttributes();
    for (int i = 0; i < seen.length; i++) {
      if (seen[i] != 0 || (attributes[i] & attributesMask[i]) != 0) {
        return false;
      }
    }
    return Arrays.equals(report.mrSignerSeam(), mrSigner);
  }
}
