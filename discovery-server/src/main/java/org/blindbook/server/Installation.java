package org.blindbook.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.blindbook.server.enclavehost.DevelopmentTrust;
import org.blindbook.server.enclavehost.EnclaveSetup;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.EvaluatorKeyFile;
import org.blindbook.server.enclavehost.PlatformLauncher;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.epochs.HostedEpoch;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.health.Readiness;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a data directory holds, as a running server uses it: its epochs. */
final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);

  /** SQLite's native library is unpacked there. */
  private static final String SQLITE_FOLDER = "org.sqlite.tmpdir";

  private final DataDirectory directory;
  private final ServeConfig config;
  private final PlatformLauncher.Folders folders;
  private final DevelopmentTrust trust;

  // Of the thread of the epochs.
  private String writtenStatus = "[]";

  Installation(DataDirectory directory, ServeConfig config) throws OperatorException {
    this.directory = directory;
    this.config = config;
    this.folders = folders(config, directory);
    this.trust = new DevelopmentTrust(directory.trust());
  }

  private static PlatformLauncher.Folders folders(ServeConfig config, DataDirectory directory)
      throws OperatorException {
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new OperatorException("Start the server with the launcher: blindbook serve.");
    }
    return new PlatformLauncher.Folders(
        config.platformApp(Path.of(home)).toAbsolutePath(),
        config.enclaveApp(Path.of(home)).toAbsolutePath(),
        directory.platform().toAbsolutePath());
  }

  /** The epochs of this installation, as its file {@code deployment} says from moment to moment. */
  HostedEpochs epochs(IntConsumer onEnclaveGone) {
    return new HostedEpochs(
        this::plan, epoch -> open(epoch, onEnclaveGone), config.total(), this::publish);
  }

  private Optional<EpochPlan> plan() {
    try {
      Deployment now = directory.deployment();
      return Optional.of(new EpochPlan(now.live(), now.serving()));
    } catch (OperatorException e) {
      return Optional.empty();
    }
  }

  private HostedEpoch open(int epoch, IntConsumer onEnclaveGone) throws EnclaveStartException {
    try {
      Deployment deployment = directory.deployment();
      PlatformLauncher launcher =
          new PlatformLauncher(
              folders, config.enclaveSettings(deployment, epoch), config.conditions());
      RegistrationStore store = openStore(epoch, launcher);
      Optional<EvaluatorKeyFile> key =
          deployment.evaluates()
              ? Optional.of(new EvaluatorKeyFile(directory.evaluatorKey(epoch)))
              : Optional.empty();
      EnclaveSetup setup =
          new EnclaveSetup(deployment.blinded().isPresent(), key, launcher.policy(), trust);
      EnclaveSupervisor supervisor =
          new EnclaveSupervisor(
              launcher,
              store,
              directory.snapshot(epoch),
              config.snapshotInterval(),
              InstantSource.system(),
              setup,
              () -> onEnclaveGone.accept(epoch));
      return new HostedEpoch(
          epoch, supervisor, setup::publicKey, new Resources(epoch, store, launcher));
    } catch (OperatorException | StoreException e) {
      throw new EnclaveStartException(String.valueOf(e.getMessage()));
    }
  }

  private RegistrationStore openStore(int epoch, PlatformLauncher launcher) throws StoreException {
    System.setProperty(SQLITE_FOLDER, launcher.temporaryFolder().toString());
    try {
      return RegistrationStore.sqlite(directory.registrations(epoch));
    } catch (StoreException e) {
      launcher.close();
      throw e;
    }
  }

  /** For the operator's commands, which run in other processes. */
  private void publish(List<EpochStatus> statuses) {
    String json = Readiness.epochs(statuses).encode();
    if (!json.equals(writtenStatus)) {
      try {
        directory.writeEpochsStatus(json);
        writtenStatus = json;
      } catch (IOException e) {
        log.error("the data directory cannot be written: check its owner and its disk");
      }
    }
  }

  /** What one epoch's enclave works with. */
  private final class Resources implements HostedEpoch.Resources {
    private final int epoch;
    private final RegistrationStore store;
    private final PlatformLauncher launcher;

    Resources(int epoch, RegistrationStore store, PlatformLauncher launcher) {
      this.epoch = epoch;
      this.store = store;
      this.launcher = launcher;
    }

    @Override
    public void close() {
      store.close();
      launcher.close();
    }

    @Override
    public void delete() {
      try {
        trust.remove(epoch);
        directory.deleteEpoch(epoch);
        log.info("epoch {} has left nothing behind", epoch);
      } catch (OperatorException e) {
        log.error("{}", e.getMessage());
      } catch (IOException e) {
        log.error("trust.yaml cannot be written: check the data directory's owner and disk");
      }
    }
  }
}
