package org.blindbook.protocol.oprf;

import java.util.ArrayList;
import java.util.List;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;

/**
 * Elements as they travel.
 *
 * @param encoded 32 bytes for each, one after the other; not a copy
 * @param elements each with Z = 1
 */
public record ElementList(byte[] encoded, List<Element> elements) {

  /** What the composites can number, in two bytes (RFC 9497, section 2.2.1). */
  public static final int MAX = 0xFFFF;

  /**
   * Reads a list.
   *
   * @throws OprfException unless there are 1 to {@value #MAX} elements, all valid and none the
   *     identity
   * @leaks how many, and whether all are valid
   */
  public static ElementList decode(byte[] encoded) throws OprfException {
    int count = encoded.length / Encoding.BYTES;
    if (count == 0 || count > MAX || encoded.length % Encoding.BYTES != 0) {
      throw new OprfException(Reason.COUNT);
    }
    Encoding encoding = new Encoding();
    List<Element> elements = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Element element = new Element();
      if (!encoding.decode(encoded, i * Encoding.BYTES, element)) {
        throw new OprfException(Reason.NOT_AN_ELEMENT);
      }
      if (encoding.isIdentity(element)) {
        throw new OprfException(Reason.IDENTITY);
      }
      elements.add(element);
    }
    return new ElementList(encoded, elements);
  }

  @Override
  public String toString() {
    return "ElementList[" + elements.size() + " elements]";
  }
}
