package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** No identifier, lookup key or account is in anything a command says or logs. */
class OutputCanaryTest {
  private static final String NUMBER = "+4930777000111";
  private static final String ADDRESS = "canary.bird@example.org";
  private static final String BROKEN_NUMBER = "0307770002222";
  private static final String BROKEN_ACCOUNT = "deadbeef-0000-4000-8000-canary000000";
  private static final String ACCOUNT = "5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e";

  @TempDir Path temp;

  @Test
  void nothingAboutAnybodyIsSaid() throws Exception {
    List<String> canaries = new ArrayList<>();
    for (String canary : List.of(NUMBER, ADDRESS, BROKEN_NUMBER, BROKEN_ACCOUNT, ACCOUNT)) {
      canaries.add(canary);
      canaries.add(canary.replaceAll("[^0-9a-z]", ""));
    }
    for (String identifier : List.of(NUMBER, ADDRESS)) {
      byte[] key = LookupKey.truncated(Identifier.parse(identifier)).bytes();
      canaries.add(HexFormat.of().formatHex(key, 0, 6));
    }

    String said = everythingSaid();
    assertThat(said)
        .as("the commands did run")
        .contains("1 rejected", "2 rows", "must be identifier");
    for (String canary : canaries) {
      assertThat(said.toLowerCase(Locale.ROOT)).doesNotContain(canary);
    }
  }

  private String everythingSaid() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    StringBuilder said = new StringBuilder();
    try {
      LoggerFactory.getLogger(getClass()).trace("the log is heard");
      for (CommandRun run : runs()) {
        said.append(run.out()).append(run.err());
      }
    } finally {
      root.setLevel(before);
      root.detachAppender(log);
    }
    for (ILoggingEvent event : List.copyOf(log.list)) {
      said.append(event.getFormattedMessage()).append('\n');
      for (var thrown = event.getThrowableProxy(); thrown != null; thrown = thrown.getCause()) {
        said.append(thrown.getMessage()).append('\n');
      }
    }
    assertThat(said.toString()).contains("the log is heard");
    return said.toString();
  }

  private List<CommandRun> runs() throws Exception {
    String data = temp.resolve("data").toString();
    String users = write("identifier,account_id", NUMBER + "," + ACCOUNT, ADDRESS + "," + ACCOUNT);
    String broken = write("identifier,account_id", BROKEN_NUMBER + "," + ACCOUNT);
    String noAccount = write("identifier,account_id", NUMBER + "," + BROKEN_ACCOUNT);
    String noHeader = write(NUMBER + "," + ACCOUNT);
    List<CommandRun> runs = new ArrayList<>();
    runs.add(CommandRun.of("load", "--data-dir", data, "--mode", "truncated", users));
    for (String file : List.of(users, broken, noAccount, noHeader)) {
      runs.add(CommandRun.of("load", "--data-dir", data, file));
      runs.add(CommandRun.of("load", "--data-dir", data, file, "--json"));
      runs.add(CommandRun.of("load", "--data-dir", data, file, "--delete"));
      runs.add(CommandRun.of("load", "--data-dir", data, file, NUMBER, ADDRESS));
    }
    for (String file : List.of(users, broken, write(NUMBER, BROKEN_NUMBER, ADDRESS))) {
      runs.add(CommandRun.of("load", "--data-dir", data, file, "--replace"));
      runs.add(CommandRun.of("load", "--data-dir", data, file, "--dry-run"));
      runs.add(CommandRun.of("unregister", "--data-dir", data, "--identifier-file", file));
      runs.add(CommandRun.of("unregister", "--data-dir", data, NUMBER));
    }
    runs.add(CommandRun.of("stats", "--data-dir", data, ACCOUNT));
    runs.add(CommandRun.of("compact", "--data-dir", data, "--older-than", NUMBER));
    runs.add(CommandRun.of("credential", "--data-dir", data, "--account", ACCOUNT));
    runs.add(CommandRun.of("credential", "--data-dir", data, "--account", ACCOUNT, "--json"));
    runs.add(CommandRun.of("credential", "--data-dir", data, "--account", BROKEN_ACCOUNT));
    runs.add(CommandRun.of("credential", "--data-dir", data, "--account", NUMBER));
    runs.add(CommandRun.of("credential", "--data-dir", data, "--json=" + NUMBER));
    runs.add(CommandRun.of("credential", "--data-dir", data, ACCOUNT));
    runs.add(CommandRun.of(NUMBER));
    return runs;
  }

  private String write(String... lines) throws Exception {
    return Files.write(Files.createTempFile(temp, "file", ".csv"), List.of(lines)).toString();
  }
}
