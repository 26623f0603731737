package org.blindbook.contacts;

import java.io.IOException;

/** Reads a file whose format was recognised. */
interface BookReader {
  void read(AddressBookBuilder book) throws IOException, AddressBookException;
}
