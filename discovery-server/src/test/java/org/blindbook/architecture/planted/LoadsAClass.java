package org.blindbook.architecture.planted;

public final class LoadsAClass {
  Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name);
  }
}
