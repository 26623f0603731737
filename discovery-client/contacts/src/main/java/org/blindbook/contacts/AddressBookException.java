package org.blindbook.contacts;

/** A file that cannot be read as an address book at all; the message is for its user. */
public final class AddressBookException extends Exception {
  private static final long serialVersionUID = 1;

  AddressBookException(String sentence) {
    super(sentence, null, false, false);
  }
}
