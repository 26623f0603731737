package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OldestWriterTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(OldestWriter.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private long now = 5;
  private final OldestWriter writer = new OldestWriter(() -> now);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void oneThatStaysIsSaidOnceAndItsEndToo() {
    writer.is(OptionalLong.of(100));
    for (int i = 0; i < 30; i++) {
      now += OldestWriter.TOO_LONG.dividedBy(7).toNanos();
      writer.is(OptionalLong.of(100));
    }
    assertThat(lines.list).hasSize(1);
    assertThat(writer.sinceNanos()).hasValue(5);
    writer.is(OptionalLong.empty());
    assertThat(writer.sinceNanos()).isEmpty();
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "a transaction has been writing registrations for 10 s and holds back what others"
                + " register: find it as docs/registrations.md says, and end it",
            "the transaction that held registrations back has ended");
  }

  @Test
  void manyThatTakeTurnsAreNeverOld() {
    for (int i = 0; i < 30; i++) {
      writer.is(OptionalLong.of(i));
      now += OldestWriter.TOO_LONG.dividedBy(2).toNanos();
    }
    assertThat(lines.list).isEmpty();
  }
}
