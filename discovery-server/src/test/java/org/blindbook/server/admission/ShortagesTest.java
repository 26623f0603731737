package org.blindbook.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ShortagesTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Shortages.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private long now;
  private final Shortages shortages = new Shortages(() -> now);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
  }

  @Test
  void oneLineAMinuteNamesTheResourceAndCounts() {
    for (int i = 0; i < 500; i++) {
      shortages.report(Resource.SOCKETS);
    }
    now += Duration.ofSeconds(61).toNanos();
    shortages.report(Resource.SOCKETS);
    shortages.report(Resource.SOCKETS);
    shortages.report(Resource.MESSAGE_BYTES);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "out of connections without a session: 1 refused since the last such line; raise"
                + " connections.max, and the limit of open files",
            "out of connections without a session: 500 refused since the last such line; raise"
                + " connections.max, and the limit of open files",
            "out of memory for messages: 1 refused since the last such line; raise"
                + " messages.max-bytes");
    assertThat(shortages.total(Resource.SOCKETS)).isEqualTo(502);
  }
}
