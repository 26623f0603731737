package org.blindbook.auditor.trace.instrument;

import java.util.List;
import java.util.Optional;

/**
 * What a reviewer decided about a method outside the instrumented classes.
 *
 * @param method class and name; {@code new} for a constructor
 * @param caller class and name of the only method that may call so; empty for any
 * @param receiver what is recorded of the receiver, if there is one
 * @param roles what is recorded of each parameter; those past the end have the kind's default
 * @param reason the reviewer's
 */
public record CallRule(
    Kind kind,
    String method,
    Optional<String> caller,
    Role receiver,
    List<Role> roles,
    String reason) {

  /** Why a call may be made. */
  public enum Kind {
    /** Time and memory access do not depend on any argument. */
    PURE,
    /** Touches memory that its recorded arguments name, and nothing else decides how. */
    MEMORY,
    /** May do anything with its arguments, so all of them are compared by content. */
    PUBLIC,
    /** Calls back: whom, the receiver's class tells. */
    DISPATCH,
    /** Trusted to be constant-time, for the reason given; the report lists it. */
    TRUSTED;

    /** What is recorded of a parameter about which a rule says nothing. */
    Role usual() {
      return this == PUBLIC ? Role.VALUE : Role.DATA;
    }

    /** Whether a rule must say something about every parameter. */
    boolean needsRoles() {
      return this == MEMORY || this == TRUSTED;
    }
  }

  boolean allows(String from) {
    return caller.isEmpty() || caller.get().equals(from);
  }

  Role role(int parameter) {
    return parameter < roles.size() ? roles.get(parameter) : kind.usual();
  }

  /** What is recorded of an argument. */
  public enum Role {
    /** Nothing: it decides nothing. */
    DATA,
    /** The number: an offset, a length, a count. */
    INDEX,
    /** The content, all of it. */
    VALUE,
    /** Which object it is. */
    OBJECT,
    /** Which array it is and how long. */
    LENGTH,
    /** Which buffer it is, its position and its limit. */
    POSITION
  }
}
