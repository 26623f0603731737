package org.blindbook.protocol.oprf;

import java.util.ArrayList;
import java.util.List;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;

/** Elements as they travel: encodings of 32 bytes, one after the other. */
record ElementList(byte[] encoded, List<Element> elements) {

  /** What the composites can number, in two bytes (RFC 9497, section 2.2.1). */
  static final int MAX = 0xFFFF;

  /**
   * @throws OprfException unless there are 1 to {@value #MAX} elements, all valid and none the
   *     identity
   */
  static ElementList decode(byte[] encoded) throws OprfException {
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

  int size() {
    return elements.size();
  }

  @Override
  public String toString() {
    return "ElementList[" + size() + " elements]";
  }
}
