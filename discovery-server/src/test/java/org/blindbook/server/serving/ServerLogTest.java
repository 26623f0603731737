package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.blindbook.server.serving.ServerLog.Detail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(30)
class ServerLogTest {
  private static final String NONCE = "00deadbeef001122".repeat(4);

  @TempDir Path folder;
  private final PrintStream stderr = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    ServerLog.configure(Detail.trace);
  }

  @AfterEach
  void restore() {
    System.setErr(stderr);
    ServerLog.configure(Detail.warn);
  }

  private String log() {
    return captured.toString(StandardCharsets.UTF_8);
  }

  @Test
  void atTraceLevelNothingOfAClientIsLogged() throws Exception {
    UUID account = UUID.randomUUID();
    try (RunningServer server = RunningServer.ready(folder, "", new ScriptedLookup())) {
      TestClient client = server.connect(account, "Blindbook-Nonce", NONCE);
      client.next();
      client.send("a-message-of-the-client".getBytes(StandardCharsets.UTF_8));
      client.next();
      client.socket.abort();
      TestClient.refused(
          server.server.url() + "/v1/discovery", Map.of("Authorization", "Blindbook canary"));
      try (Socket garbage = new Socket("127.0.0.1", server.server.port())) {
        garbage.getOutputStream().write("GARBAGE canary\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        garbage.getInputStream().readAllBytes();
      }
      String credential = server.credential(account);
      await().until(() -> log().contains("WebSocketServerHandshaker"));
      assertThat(log())
          .contains("EnclaveSupervisor: lookup: ready")
          .doesNotContain(credential.split(":"))
          .doesNotContain(NONCE, NONCE.toUpperCase(java.util.Locale.ROOT))
          .doesNotContain("127.0.0.1", "canary", "a-message", account.toString());
    }
  }

  @Test
  void aLibrarysEventIsNamedAndItsTextWithheld() {
    LoggerFactory.getLogger("io.netty.Some")
        .error("from /10.1.2.3", new IllegalStateException("bytes 4711", new Error("4712")));
    assertThat(log())
        .contains("ERROR io.netty.Some: an event (its text is withheld)")
        .contains("java.lang.IllegalStateException\n")
        .contains("java.lang.Error\n")
        .contains("at org.blindbook.server.serving.ServerLogTest")
        .doesNotContain("10.1.2.3", "4711", "4712");
  }

  @Test
  void theLevelIsRespected() {
    ServerLog.configure(Detail.warn);
    LoggerFactory.getLogger("org.blindbook.server.Some").info("quiet");
    LoggerFactory.getLogger("org.blindbook.server.Some").warn("loud {}", 1);
    assertThat(log()).contains(" WARN Some: loud 1\n").doesNotContain("quiet");
  }
}
