package org.blindbook.architecture.planted;

public final class LoadsNativeCode {
  void load(String file) {
    System.load(file);
  }
}
