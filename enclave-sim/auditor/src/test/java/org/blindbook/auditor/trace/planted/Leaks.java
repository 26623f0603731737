package org.blindbook.auditor.trace.planted;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says how the check sees the leak of a method; a comment {@code // leak} marks the line. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Leaks {
  /** The event at the first difference. Empty: no difference, but code that cannot be analysed. */
  String by();
}
