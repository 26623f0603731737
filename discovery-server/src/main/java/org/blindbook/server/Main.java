package org.blindbook.server;

import ch.qos.logback.classic.Level;
import org.blindbook.server.command.BlindbookCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of the operator's commands. The launcher {@code blindbook} calls it. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Libraries log to standard output unless told otherwise. "serve" turns its own log on.
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME))
        .setLevel(Level.OFF);
    System.exit(BlindbookCommand.run(arguments));
  }
}
