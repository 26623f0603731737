package org.blindbook.protocol.oprf;

/** What the other side sent, or a stored key, is refused. Says nothing of any content. */
public final class OprfException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** Not a whole number of elements, none, too many, or not as many as were asked for. */
    COUNT("the number of elements is not the agreed one"),
    /** Bytes that encode no element, or in another way than the one that is allowed. */
    NOT_AN_ELEMENT("an element is not a valid encoding"),
    /** The identity, whose evaluation says nothing or tells a secret. */
    IDENTITY("an element is the identity"),
    /** The proof does not show that the expected key was used on these elements, in this order. */
    PROOF("the proof of the evaluation is wrong"),
    /** A key that is zero, too large or of the wrong length. */
    KEY("a key is not valid"),
    /** An input longer than 65,535 bytes. */
    INPUT("an input is too long");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final Reason reason;

  /**
   * For this reason.
   *
   * @leaks the reason
   */
  public OprfException(Reason reason) {
    super(reason.text);
    this.reason = reason;
  }

  /**
   * What is wrong.
   *
   * @leaks the reason
   */
  public Reason reason() {
    return reason;
  }
}
