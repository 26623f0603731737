package org.blindbook.server.serving;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log lines on standard error: events, never what a client sent or where it came from.
 *
 * <p>Only Blindbook's own messages are printed as they are, because only they are written with that
 * rule in mind. Of a library's event the line holds the level, the place and the classes of its
 * exceptions: Netty puts peers' addresses into messages, and the bytes of a request into the
 * message of a TLS exception.
 */
public final class ServerLog {
  private static final String OWN = "org.blindbook.";

  /** What {@code --log-level} takes. */
  public enum Detail {
    error(Level.ERROR),
    warn(Level.WARN),
    info(Level.INFO),
    debug(Level.DEBUG),
    trace(Level.TRACE);

    private final Level level;

    Detail(Level level) {
      this.level = level;
    }
  }

  private ServerLog() {}

  public static void configure(Detail detail) {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    EventLayout layout = new EventLayout();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(detail.level);
    root.addAppender(stderr);
    // It warns of every attempt to reconnect; that its Redis is away is said once, by us.
    if (detail.level.isGreaterOrEqual(Level.INFO)) {
      context.getLogger("io.lettuce").setLevel(Level.ERROR);
    }
  }

  /** One event as text. Stack frames name code, so they may stay; exception messages may not. */
  static final class EventLayout extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      boolean own = event.getLoggerName().startsWith(OWN);
      StringBuilder line = new StringBuilder();
      line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
          .append(' ')
          .append(event.getLevel())
          .append(' ')
          .append(shortName(event.getLoggerName(), own))
          .append(own ? ": " + event.getFormattedMessage() : ": an event (its text is withheld)")
          .append('\n');
      for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
        line.append("    ").append(t.getClassName()).append('\n');
        for (StackTraceElementProxy frame : t.getStackTraceElementProxyArray()) {
          line.append("      ").append(frame.getSTEAsString()).append('\n');
        }
      }
      return line.toString();
    }

    private static String shortName(String logger, boolean own) {
      return own ? logger.substring(logger.lastIndexOf('.') + 1) : logger;
    }
  }
}
