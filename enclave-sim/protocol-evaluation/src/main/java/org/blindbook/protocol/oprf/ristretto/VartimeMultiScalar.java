package org.blindbook.protocol.oprf.ristretto;

import java.util.Arrays;
import java.util.List;

/**
 * Sums of many products of PUBLIC scalars and elements, by buckets (Pippenger's method as in
 * Bernstein, Doumen, Lange and Oosterwijk, "Faster batch forgery identification", 2012, section 4).
 * Its time and its memory accesses follow the scalars: never use it with a secret one.
 */
public final class VartimeMultiScalar {
  private static final int SCALAR_BITS = 253;

  private final EdwardsCurve curve = new EdwardsCurve();
  private final Addend addend = new Addend();

  /**
   * The sum of scalar·element.
   *
   * @param elements one for each scalar, each as {@link Encoding#decode} made it
   * @leaks the scalars
   */
  public Element vartimeSum(List<Scalar> scalars, List<Element> elements) {
    int width = width(scalars.size());
    int windows = SCALAR_BITS / width + 1;
    short[][] digits = new short[scalars.size()][];
    Addend[] addends = new Addend[scalars.size()];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = vartimeDigits(scalars.get(i), width, windows);
      addends[i] = new Addend();
      addends[i].set(elements.get(i));
    }
    Element[] buckets = new Element[1 << (width - 1)];
    Arrays.setAll(buckets, i -> new Element());
    Element sum = new Element();
    for (int window = windows - 1; window >= 0; window--) {
      for (int i = 0; i < width; i++) {
        curve.twice(sum, i == width - 1);
      }
      for (int i = 0; i < addends.length; i++) {
        int digit = digits[i][window];
        if (digit > 0) {
          curve.addAffine(buckets[digit - 1], addends[i]);
        } else if (digit < 0) {
          curve.subtractAffine(buckets[-digit - 1], addends[i]);
        }
      }
      addend.set(weightedSum(buckets));
      curve.add(sum, addend, true);
    }
    return sum;
  }

  /** 1·first + 2·second + 3·third and so on; leaves the buckets empty. */
  private Element weightedSum(Element[] buckets) {
    Element suffix = new Element();
    Element sum = new Element();
    for (int i = buckets.length - 1; i >= 0; i--) {
      addend.set(buckets[i]);
      curve.add(suffix, addend, true);
      addend.set(suffix);
      curve.add(sum, addend, true);
      buckets[i].setIdentity();
    }
    return sum;
  }

  /** The window that costs least: windows·(elements + 2·buckets) additions. */
  private static int width(int elements) {
    int best = 1;
    for (int width = 2; width <= 12; width++) {
      if (additions(width, elements) < additions(best, elements)) {
        best = width;
      }
    }
    return best;
  }

  private static long additions(int width, int elements) {
    return (SCALAR_BITS / width + 1L) * (elements + (1L << width));
  }

  /** Digits to the base 2^width, from -2^(width-1) to 2^(width-1), lowest first. */
  private static short[] vartimeDigits(Scalar scalar, int width, int windows) {
    byte[] bytes = scalar.encode();
    short[] digits = new short[windows];
    int carry = 0;
    for (int i = 0; i < windows; i++) {
      int bit = i * width;
      int word = 0;
      for (int j = 2; j >= 0; j--) {
        int at = (bit >>> 3) + j;
        word = word << 8 | (at < bytes.length ? bytes[at] & 0xFF : 0);
      }
      int digit = ((word >>> (bit & 7)) & ((1 << width) - 1)) + carry;
      carry = (digit + (1 << (width - 1)) - 1) >>> width;
      digits[i] = (short) (digit - (carry << width));
    }
    return digits;
  }
}
