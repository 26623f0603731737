package org.blindbook.architecture.planted;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

public final class ReadsAnObject {
  Object read(InputStream host) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(host).readObject();
  }
}
