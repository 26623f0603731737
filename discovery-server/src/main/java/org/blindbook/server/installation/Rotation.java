package org.blindbook.server.installation;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/**
 * Changes the epochs of a data directory. A server that runs on it follows by itself; this waits
 * until it has.
 */
public final class Rotation {
  /** For what an enclave has to be started and filled for. */
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /** For the end of an epoch's enclaves, once their clients have gone. */
  private static final Duration TO_END = Duration.ofMinutes(1);

  private static final int LOOK_AGAIN_MILLIS = 100;

  /** In the published status of an epoch: how long its clients may take to go once it is over. */
  public static final String DRAIN_SECONDS = "drainSeconds";

  private final DataDirectory directory;
  private final DeploymentFile deployment;
  private final PublishedStatus published;

  public Rotation(DataDirectory directory) {
    this.directory = directory;
    this.deployment = new DeploymentFile(directory);
    this.published = new PublishedStatus(directory);
  }

  /**
   * One live epoch.
   *
   * @param registered how many are registered; empty where nobody is looked up
   * @param evaluatorKey the evaluator's public key in hexadecimal, if it is known
   * @param ready whether a running server admits clients to it
   */
  public record Epoch(
      int number,
      boolean serving,
      Optional<Long> registered,
      Optional<String> evaluatorKey,
      boolean ready) {}

  /** The live epochs, in order. */
  public List<Epoch> list() throws OperatorException {
    Deployment now = deployment.read();
    now.requireBlinded();
    boolean served = ServeLock.isHeld(directory);
    List<Epoch> epochs = new ArrayList<>();
    for (int number : now.live()) {
      Optional<JsonObject> status = served ? status(number) : Optional.empty();
      epochs.add(
          new Epoch(
              number,
              number == now.serving(),
              now.looksUp() ? Optional.of(registered(number)) : Optional.empty(),
              now.evaluatorKey(number).or(() -> status.map(s -> s.getString("evaluatorKey"))),
              status.isPresent() && isReady(status.get())));
    }
    return epochs;
  }

  /**
   * Begins the next epoch, and waits for its enclave where a server runs.
   *
   * @param evaluatorKey of another server's evaluator
   */
  public void begin(Optional<String> evaluatorKey) throws OperatorException {
    Deployment next = deployment.change(now -> now.begin(evaluatorKey));
    int number = next.live().last();
    if (ServeLock.isHeld(directory)) {
      await(
          PATIENCE,
          () -> status(number).filter(Rotation::isReady).isPresent(),
          "Epoch "
              + number
              + " has begun, but the server has not started its enclave yet: see the server's"
              + " log.");
    }
  }

  /**
   * Lets another epoch serve.
   *
   * @param fewerIsMeant whether it may be that fewer are registered in it
   */
  public void switchTo(int epoch, boolean fewerIsMeant) throws OperatorException {
    Deployment now = deployment.read();
    now.requireLive(epoch);
    if (now.looksUp() && !fewerIsMeant) {
      requireAsMany(epoch, now.serving());
    }
    boolean served = ServeLock.isHeld(directory);
    if (served && status(epoch).filter(s -> isReady(s) && s.getLong("lag") == 0).isEmpty()) {
      throw new OperatorException(
          "Epoch " + epoch + " is not ready: its enclave is starting or reading. Try again.");
    }
    deployment.change(current -> current.switchTo(epoch));
    if (served) {
      await(
          PATIENCE,
          () -> status(epoch).filter(s -> s.getBoolean("serving")).isPresent(),
          "The server has not switched yet: see its log.");
    }
  }

  private void requireAsMany(int epoch, int serving) throws OperatorException {
    long there = registered(epoch);
    long here = registered(serving);
    if (there < here) {
      throw new OperatorException(
          "In epoch "
              + epoch
              + " "
              + there
              + " are registered and in epoch "
              + serving
              + ", which serves, "
              + here
              + ": load the others with --epoch "
              + epoch
              + ", or say --fewer if that is meant.");
    }
  }

  /** Ends an epoch for good: its store, its snapshot and its evaluator's key are deleted. */
  public void retire(int epoch) throws OperatorException {
    Optional<ServeLock> lock = ServeLock.tryAcquire(directory);
    if (lock.isPresent()) {
      try (ServeLock held = lock.get()) {
        deployment.change(now -> now.retire(epoch));
        directory.deleteEpoch(epoch);
      }
      return;
    }
    Duration drain =
        status(epoch)
            .map(status -> status.getLong(DRAIN_SECONDS))
            .map(Duration::ofSeconds)
            .orElse(PATIENCE);
    deployment.change(now -> now.retire(epoch));
    await(
        drain.plus(TO_END),
        () -> !directory.hasEpoch(epoch),
        "Epoch "
            + epoch
            + " is over, but the server has not deleted its files yet: see the server's log.");
  }

  private Optional<JsonObject> status(int epoch) {
    try {
      return published.readEpochs().stream()
          .map(JsonArray::new)
          .flatMap(JsonArray::stream)
          .map(JsonObject.class::cast)
          .filter(status -> status.getInteger("epoch") == epoch)
          .findFirst();
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static boolean isReady(JsonObject status) {
    return status.getBoolean("ready");
  }

  private long registered(int epoch) throws OperatorException {
    try (RegistrationStore store = RegistrationStores.of(directory).open(epoch)) {
      return store.registered();
    } catch (StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void await(Duration patience, BooleanSupplier done, String otherwise)
      throws OperatorException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new OperatorException(otherwise);
      }
      try {
        Thread.sleep(LOOK_AGAIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OperatorException(otherwise, e);
      }
    }
  }
}
