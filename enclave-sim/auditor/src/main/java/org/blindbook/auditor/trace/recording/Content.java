package org.blindbook.auditor.trace.recording;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an argument holds, as a hash.
 *
 * @param complete whether the hash covers all that the object holds; else only which object it is
 */
record Content(long hash, boolean complete) {

  static Content of(@Nullable Object object, Recorder recorder) {
    return switch (object) {
      case null -> new Content(0, true);
      case String s -> complete(s.hashCode() * 31L + s.length());
      case Long n -> complete(boxed(n, recorder) + n);
      case Integer n -> complete(boxed(n, recorder) + n);
      case Short n -> complete(boxed(n, recorder) + n);
      case Byte n -> complete(boxed(n, recorder) + n);
      case Character c -> complete(boxed(c, recorder) + c);
      case Boolean b -> complete(b ? 1 : 2);
      case Double d -> complete(boxed(d, recorder) + Double.doubleToRawLongBits(d));
      case Float f -> complete(boxed(f, recorder) + Float.floatToRawIntBits(f));
      case byte[] a -> complete(Arrays.hashCode(a));
      case short[] a -> complete(Arrays.hashCode(a));
      case char[] a -> complete(Arrays.hashCode(a));
      case int[] a -> complete(Arrays.hashCode(a));
      case long[] a -> complete(hash(a));
      case boolean[] a -> complete(Arrays.hashCode(a));
      case Class<?> c -> complete(c.getName().hashCode());
      case Enum<?> e -> complete(e.getDeclaringClass().getName().hashCode() * 31L + e.ordinal());
      default -> {
        String type = object.getClass().getName();
        // Masks and shuffles of the Vector API are values; their text spells out every lane.
        yield type.startsWith("jdk.incubator.vector.")
            ? complete(object.toString().hashCode())
            : new Content(Lambdas.typeOf(object) * 31 + recorder.ordinal(object), false);
      }
    };
  }

  private static Content complete(long hash) {
    return new Content(hash, true);
  }

  /** Small numbers share cached objects: which object it is depends on the value too. */
  private static long boxed(Object object, Recorder recorder) {
    return (long) recorder.ordinal(object) << 40;
  }

  /** As {@link Arrays#hashCode(long[])}, without its folding of halves into 32 bits. */
  private static long hash(long[] array) {
    long hash = array.length;
    for (long element : array) {
      hash = (hash ^ element) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
