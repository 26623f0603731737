package org.blindbook.auditor.trace.recording;

import java.nio.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What instrumented code calls; nothing else does. Each method takes the values that stand on the
 * operand stack and the number of the site.
 */
public final class Probe {
  /** Null while nothing is recorded. One run at a time, on one thread. */
  static @Nullable Recorder active;

  /** Null between runs. */
  static @Nullable Recorder run;

  private static final long LOW = 0xFFFF_FFFFL;

  private Probe() {}

  private static void event(int site, long value) {
    Recorder recorder = active;
    if (recorder != null) {
      recorder.event(site, value);
    }
  }

  private static void event(int site, boolean outcome) {
    event(site, outcome ? 1 : 0);
  }

  /** Reached: a static method, a lambda being made. */
  public static void reached(int site) {
    event(site, 0);
  }

  /** A source line begins: no event, but what ran is known by lines. */
  public static void line(int site) {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.line(site);
    }
  }

  /** A class begins to initialise itself, which happens once, to the first who comes. */
  public static void initialising() {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.initialising(1);
    }
  }

  /** A class has initialised itself. */
  public static void initialised() {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.initialising(-1);
    }
  }

  /** A call of instrumented code begins that a rule trusts. */
  public static void trustedCall() {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.trusted(1);
    }
  }

  /** It has returned. */
  public static void trustedReturn() {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.trusted(-1);
    }
  }

  /** The clock of instrumented code. */
  public static long nanoTime() {
    Recorder recorder = run;
    return recorder == null ? System.nanoTime() : recorder.nanoTime();
  }

  /** An object that instrumented code has made or received: no event, but a number. */
  public static void numbered(@Nullable Object object) {
    Recorder recorder = run;
    if (recorder != null) {
      recorder.number(object);
    }
  }

  /** An object whose memory the next instruction touches. */
  public static void object(@Nullable Object object, int site) {
    Recorder recorder = active;
    if (recorder != null) {
      recorder.event(site, recorder.ordinal(object));
    }
  }

  /** An element of an array that the next instruction reads or writes. */
  public static void element(@Nullable Object array, int index, int site) {
    Recorder recorder = active;
    if (recorder != null) {
      recorder.event(site, ((long) recorder.ordinal(array) << 32) | (index & LOW));
    }
  }

  /** An object of which the next instruction asks the class. */
  public static void type(@Nullable Object object, int site) {
    Recorder recorder = active;
    if (recorder != null && object != null) {
      recorder.event(site, Lambdas.typeOf(object) * 31 + recorder.ordinal(object));
    } else {
      event(site, 0);
    }
  }

  /** The class of an exception, thrown or caught. */
  public static void exception(Object exception, int site) {
    event(site, exception.getClass().getName().hashCode());
  }

  public static void value(int value, int site) {
    event(site, value);
  }

  public static void value(long value, int site) {
    event(site, value);
  }

  public static void value(float value, int site) {
    event(site, Float.floatToRawIntBits(value));
  }

  public static void value(double value, int site) {
    event(site, Double.doubleToRawLongBits(value));
  }

  // Branches: the outcome, not the operands.

  public static void zero(int value, int site) {
    event(site, value == 0);
  }

  public static void negative(int value, int site) {
    event(site, value < 0);
  }

  public static void positive(int value, int site) {
    event(site, value > 0);
  }

  public static void equal(int a, int b, int site) {
    event(site, a == b);
  }

  public static void less(int a, int b, int site) {
    event(site, a < b);
  }

  public static void greater(int a, int b, int site) {
    event(site, a > b);
  }

  public static void isNull(@Nullable Object object, int site) {
    event(site, object == null);
  }

  @SuppressWarnings("ReferenceEquality")
  public static void same(@Nullable Object a, @Nullable Object b, int site) {
    event(site, a == b);
  }

  /** A comparison of longs: it becomes branches on some machines, whatever the result is for. */
  public static void compare(long a, long b, int site) {
    event(site, Long.compare(a, b));
  }

  /**
   * A switch: which key, or between which keys a value without a case lies, because that is what a
   * search among the cases sees.
   */
  public static void choice(int value, String keys, int site) {
    if (active != null) {
      int[] sorted = Arrays.stream(keys.split(",")).mapToInt(Integer::parseInt).toArray();
      event(site, Arrays.binarySearch(sorted, value));
    }
  }

  public static void divide(int dividend, int divisor, int site) {
    event(site, ((long) dividend << 32) | (divisor & LOW));
  }

  public static void divide(long dividend, long divisor, int site) {
    event(site, dividend);
    event(site, divisor);
  }

  // Calls out of instrumented code.

  /** A lambda was made here. */
  public static void lambda(Object lambda, int site) {
    event(site, 0);
    numbered(lambda);
    Lambdas.made(lambda, site);
  }

  /** A call for which no rule speaks. */
  public static void unreviewed(int site) {
    Recorder recorder = active;
    if (recorder != null) {
      recorder.event(site, 0);
      recorder.callWithoutRule(site);
    }
  }

  /** An array and its length. */
  public static void length(@Nullable Object array, int site) {
    Recorder recorder = active;
    if (recorder != null) {
      int length = array == null ? -1 : java.lang.reflect.Array.getLength(array);
      recorder.event(site, ((long) recorder.ordinal(array) << 32) | (length & LOW));
    }
  }

  /** A buffer and where in it a relative access goes. */
  public static void position(Object buffer, int site) {
    Recorder recorder = active;
    if (recorder != null) {
      Buffer where = (Buffer) buffer;
      recorder.event(site, recorder.ordinal(buffer));
      recorder.event(site, ((long) where.position() << 32) | where.limit());
    }
  }

  /**
   * An argument compared by content. An object whose content this cannot see makes the call
   * unreviewed.
   */
  public static void content(@Nullable Object object, int site) {
    Recorder recorder = active;
    if (recorder != null) {
      Content content = Content.of(object, recorder);
      recorder.event(site, content.hash());
      if (!content.complete()) {
        recorder.callWithoutRule(site);
      }
    }
  }
}
