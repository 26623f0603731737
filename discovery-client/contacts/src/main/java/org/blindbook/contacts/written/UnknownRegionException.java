package org.blindbook.contacts.written;

/** No phone numbers are known of a region; the message is for whoever named it. */
public final class UnknownRegionException extends Exception {
  private static final long serialVersionUID = 1;

  UnknownRegionException() {
    super(
        "The region is not known: give the two letters of a country, such as DE or US.",
        null,
        false,
        false);
  }
}
