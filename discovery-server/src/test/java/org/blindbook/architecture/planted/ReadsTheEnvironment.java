package org.blindbook.architecture.planted;

import java.util.function.UnaryOperator;

/** Without calling the method here: by a reference to it. */
public final class ReadsTheEnvironment {
  UnaryOperator<String> reader() {
    return System::getenv;
  }
}
