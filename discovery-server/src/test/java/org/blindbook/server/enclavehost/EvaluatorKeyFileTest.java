package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.blindbook.protocol.calls.CallError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripted evaluator's sealed key is its public key. */
class EvaluatorKeyFileTest {
  private static final String KEY = "0a".repeat(32);

  @TempDir Path folder;
  private Path sealed;
  private Path publicKey;
  private EvaluatorKeyFile file;
  private ScriptedEvaluator enclave;
  private EnclaveSocket socket;
  private EvaluatorConnection connection;

  @BeforeEach
  void connect() throws Exception {
    sealed = folder.resolve("evaluator-1.sealed");
    publicKey = folder.resolve("evaluator-1.public");
    file = new EvaluatorKeyFile(sealed, publicKey);
    start(new ScriptedEvaluator(1));
  }

  private void start(ScriptedEvaluator evaluator) throws Exception {
    enclave = evaluator;
    enclave.made = HexFormat.of().parseHex(KEY);
    Path path = folder.resolve("s" + System.nanoTime());
    socket = new EnclaveSocket(path, enclave);
    connection = EvaluatorConnection.connect(path, new byte[0]);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    socket.close();
  }

  @Test
  void theFirstStartKeepsTheKeyAndLaterOnesKnowItBeforeTheEvaluatorRuns() throws Exception {
    assertThat(file.publicKey()).isEmpty();
    assertThat(file.provide(connection, true)).isEqualTo(KEY);
    assertThat(sealed).hasBinaryContent(enclave.made);
    assertThat(file.publicKey()).contains(KEY);
    connection.close();
    socket.close();
    start(new ScriptedEvaluator(1));
    enclave.made = new byte[32];
    assertThat(file.provide(connection, false)).isEqualTo(KEY);
  }

  @Test
  void aDirectoryFromBeforeThePublicKeyWasKeptGetsIt() throws Exception {
    Files.write(sealed, enclave.made);
    assertThat(file.provide(connection, false)).isEqualTo(KEY);
    assertThat(file.publicKey()).contains(KEY);
  }

  @Test
  void aLostKeyIsNeverReplaced() throws Exception {
    assertThatThrownBy(() -> file.provide(connection, false))
        .isInstanceOf(EnclaveStartException.class)
        .hasMessageContaining("is missing");
    // At an evaluator nobody is registered; that there was a key shows in the public one.
    Files.writeString(publicKey, KEY);
    assertThatThrownBy(() -> file.provide(connection, true)).hasMessageContaining("is missing");
    assertThat(sealed).doesNotExist();
  }

  @Test
  void anotherKeyThanTheOneThatServedBeforeIsRefused() throws Exception {
    Files.write(sealed, enclave.made);
    Files.writeString(publicKey, "0b".repeat(32));
    assertThatThrownBy(() -> file.provide(connection, false))
        .isInstanceOf(EnclaveStartException.class)
        .hasMessageContaining("is another than");
  }

  @Test
  void aKeyThatDoesNotOpenIsOneSentence() throws Exception {
    Files.write(sealed, new byte[] {1});
    connection.close();
    socket.close();
    start(
        new ScriptedEvaluator(1) {
          @Override
          protected java.util.concurrent.CompletionStage<byte[]> key(byte[] sealedKey) {
            return refused(CallError.NOT_UNSEALABLE);
          }
        });
    assertThatThrownBy(() -> file.provide(connection, false))
        .isInstanceOf(EnclaveStartException.class)
        .hasMessageContaining("cannot open the evaluator's key");
  }
}
