package org.blindbook.server.registrations;

import java.util.Optional;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;

/**
 * An identifier as an operator's file or backend writes it. Read more strictly than one of an
 * address book: whoever registers a stranger's number does it for everybody.
 */
public final class OperatorIdentifier {
  private OperatorIdentifier() {}

  /** What is no identifier that a person wrote. Repeats nothing of it. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private RefusedException(String reason) {
      super(reason, null, false, false);
    }

    /** A plain sentence without its first capital and its full stop. */
    public String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * @throws RefusedException with the reason
   */
  public static Identifier parse(String text) throws RefusedException {
    if (text.startsWith("@")) {
      // Far more often an e-mail address that lost its first half than a username.
      throw new RefusedException(
          "an identifier must not start with @: a username is username:NAME");
    }
    Optional<String> damage = SpreadsheetDamage.reason(text);
    if (damage.isPresent()) {
      throw new RefusedException(damage.get());
    }
    try {
      return Identifier.parse(text);
    } catch (IdentifierException e) {
      throw new RefusedException(e.reason());
    }
  }
}
