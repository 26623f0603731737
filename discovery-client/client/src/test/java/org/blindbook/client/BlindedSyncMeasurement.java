package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.blindbook.client.state.FileStateStore;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long syncs of 1,000 contacts take, the evaluator's work included, on one thread and without a
 * network. Not part of the build: {@code mvn -pl discovery-client/client -am test
 * -Dtest=BlindedSyncMeasurement -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class BlindedSyncMeasurement {
  private static final int CONTACTS = 1_000;

  @TempDir private Path folder;

  private static double milliseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  @Test
  void syncs() throws Exception {
    List<Identifier> book = contacts(0, CONTACTS);
    for (int round = 0; round < 6; round++) {
      World world = World.blinded();
      try (FileStateStore store = FileStateStore.open(folder.resolve("state" + round))) {
        world.store = store;
        System.out.printf(
            "round %d: all new %.0f ms, all stored %.1f ms, 3 new %.1f ms%n",
            round,
            milliseconds(() -> sync(world, book)),
            milliseconds(() -> sync(world, book)),
            milliseconds(() -> sync(world, contacts(0, CONTACTS + 3))));
        assertThat(world.enclave.evaluationCounts).containsExactly(CONTACTS, 3);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    costOfElements(book);
  }

  private static void sync(World world, List<Identifier> book) {
    world.builder().stateKey(new byte[32]).build().discover(book).toCompletableFuture().join();
  }

  private static void costOfElements(List<Identifier> book) throws Exception {
    World world = World.blinded();
    ClientState asker = ClientState.empty(new byte[32], new byte[16]);
    double[] blind = new double[7];
    double[] finish = new double[blind.length];
    for (int i = 0; i < blind.length; i++) {
      PendingEvaluation pending = new PendingEvaluation(new byte[32], book);
      long start = System.nanoTime();
      Blinding blinding = pending.blinding(asker);
      blind[i] = (System.nanoTime() - start) / 1e3 / CONTACTS;
      Evaluation evaluation =
          new Evaluator(world.enclave.evaluatorKey())
              .evaluate(blinding.elements(), CONTACTS, pending.retryNonce(asker));
      byte[] proof = evaluation.prove(new SecureRandom());
      start = System.nanoTime();
      List<byte[]> outputs =
          blinding.finish(
              PublicKey.decode(world.enclave.evaluatorKey().publicKey()),
              evaluation.elements(),
              proof);
      finish[i] = (System.nanoTime() - start) / 1e3 / CONTACTS;
      assertThat(LookupKey.blinded(outputs.get(0))).isNotNull();
    }
    Arrays.sort(blind);
    Arrays.sort(finish);
    System.out.printf(
        "client, for each contact: blind %.0f us, verify and unblind %.0f us%n",
        blind[blind.length / 2], finish[finish.length / 2]);
  }
}
