package org.blindbook.server.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.blindbook.server.enclavehost.DevelopmentTrust;
import org.blindbook.server.enclavehost.Duty;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveSettings;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.enclavehost.EvaluatorDuty;
import org.blindbook.server.enclavehost.EvaluatorKeyFile;
import org.blindbook.server.enclavehost.EvaluatorPublicKey;
import org.blindbook.server.enclavehost.HostFolder;
import org.blindbook.server.enclavehost.LookupConnection;
import org.blindbook.server.enclavehost.LookupDuty;
import org.blindbook.server.enclavehost.PlatformLauncher;
import org.blindbook.server.enclavehost.RecentDuty;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.TrustedEnclaves;
import org.blindbook.server.epochs.HostedEpoch;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what one epoch of an installation needs: its enclaves, its store, its files. */
final class EpochAssembly {
  private static final Logger log = LoggerFactory.getLogger(EpochAssembly.class);

  /** SQLite's native library is unpacked there. */
  static final String SQLITE_FOLDER = "org.sqlite.tmpdir";

  private final DataDirectory directory;
  private final ServeConfig config;
  private final Path home;
  private final DevelopmentTrust trust;
  private final HostFolder folder;
  private final Deployment deployment;
  private final int epoch;

  /**
   * @param home of this program
   * @param folder of this epoch; the epoch closes it
   * @param epoch a live one of the deployment
   */
  EpochAssembly(
      DataDirectory directory,
      ServeConfig config,
      Path home,
      DevelopmentTrust trust,
      HostFolder folder,
      Deployment deployment,
      int epoch) {
    this.directory = directory;
    this.config = config;
    this.home = home;
    this.trust = trust;
    this.folder = folder;
    this.deployment = deployment;
    this.epoch = epoch;
  }

  /**
   * @param onEnclaveGone told the role of an enclave whose clients have to go
   */
  HostedEpoch assemble(Consumer<EnclaveRole> onEnclaveGone) throws EnclaveStartException {
    EvaluatorKeyFile keyFile =
        new EvaluatorKeyFile(directory.evaluatorKey(epoch), directory.evaluatorPublicKey(epoch));
    Optional<EvaluatorPublicKey> key =
        deployment.blinded().isPresent()
            ? Optional.of(
                new EvaluatorPublicKey(
                    deployment.evaluates() ? keyFile.publicKey() : deployment.evaluatorKey(epoch)))
            : Optional.empty();
    TrustedEnclaves trusted =
        policy -> trust.add(policy, epoch, key.flatMap(EvaluatorPublicKey::value));
    Optional<RegistrationStore> store =
        deployment.looksUp() ? Optional.of(openStore()) : Optional.empty();
    Resources resources = new Resources(store);
    try {
      return new HostedEpoch(
          epoch,
          store.isPresent()
              ? Optional.of(lookup(store.get(), key, trusted, onEnclaveGone))
              : Optional.empty(),
          key.isPresent() && deployment.evaluates()
              ? Optional.of(evaluator(keyFile, store, key.get(), trusted, onEnclaveGone))
              : Optional.empty(),
          deployment.looksUp() && config.recent().isPresent()
              ? Optional.of(recent(config.recent().get(), resources, key, trusted, onEnclaveGone))
              : Optional.empty(),
          key,
          resources);
    } catch (EnclaveStartException | RuntimeException e) {
      resources.closeStores();
      throw e;
    }
  }

  private RegistrationStore openStore() throws EnclaveStartException {
    try {
      System.setProperty(SQLITE_FOLDER, folder.folder("sqlite").toString());
      return RegistrationStores.of(directory).open(epoch);
    } catch (IOException e) {
      throw noTemporaryFolder();
    } catch (StoreException | OperatorException e) {
      throw new EnclaveStartException(String.valueOf(e.getMessage()));
    }
  }

  static EnclaveStartException noTemporaryFolder() {
    return new EnclaveStartException(
        "The folder of temporary files cannot be written: check its space, or set"
            + " -Djava.io.tmpdir to another.");
  }

  private EnclaveSupervisor<LookupConnection> lookup(
      RegistrationStore store,
      Optional<EvaluatorPublicKey> key,
      TrustedEnclaves trusted,
      Consumer<EnclaveRole> onEnclaveGone)
      throws EnclaveStartException {
    return supervisor(
        EnclaveRole.LOOKUP,
        launcher(
            EnclaveRole.LOOKUP,
            config.lookupApp(home),
            () -> lookupSettings(key),
            LookupConnection::connect),
        LookupDuty.of(store, directory.snapshot(epoch), config.snapshotInterval(), trusted),
        onEnclaveGone);
  }

  private EnclaveSettings lookupSettings(Optional<EvaluatorPublicKey> key) {
    return key.map(
            k ->
                EnclaveSettings.blindedLookup(
                    config.clientLimits(), config.table(), epoch, known(k)))
        .orElseGet(() -> EnclaveSettings.truncatedLookup(config.clientLimits(), config.table()));
  }

  private HostedEpoch.Recent recent(
      RecentWindow.Limits limits,
      Resources resources,
      Optional<EvaluatorPublicKey> key,
      TrustedEnclaves trusted,
      Consumer<EnclaveRole> onEnclaveGone)
      throws EnclaveStartException {
    RecentWindow window = new RecentWindow(limits);
    return new HostedEpoch.Recent(
        supervisor(
            EnclaveRole.RECENT,
            launcher(
                EnclaveRole.RECENT,
                config.lookupApp(home),
                () -> lookupSettings(key).recent(limits.part()),
                LookupConnection::connect),
            RecentDuty.of(resources.another(), window, InstantSource.system(), trusted),
            onEnclaveGone),
        window);
  }

  private static String known(EvaluatorPublicKey key) {
    return key.value()
        .orElseThrow(
            () -> new IllegalStateException("a lookup enclave starts once the key is known"));
  }

  private EnclaveSupervisor<EvaluatorConnection> evaluator(
      EvaluatorKeyFile keyFile,
      Optional<RegistrationStore> store,
      EvaluatorPublicKey key,
      TrustedEnclaves trusted,
      Consumer<EnclaveRole> onEnclaveGone)
      throws EnclaveStartException {
    return supervisor(
        EnclaveRole.EVALUATOR,
        launcher(
            EnclaveRole.EVALUATOR,
            config.evaluatorApp(home),
            () -> EnclaveSettings.evaluator(config.clientLimits(), epoch),
            EvaluatorConnection::connect),
        EvaluatorDuty.of(keyFile, () -> store.isPresent() && store.get().head() != 0, key, trusted),
        onEnclaveGone);
  }

  private <C extends EnclaveConnection> PlatformLauncher<C> launcher(
      EnclaveRole role,
      Path image,
      Supplier<EnclaveSettings> settings,
      PlatformLauncher.Connector<C> connector)
      throws EnclaveStartException {
    try {
      return new PlatformLauncher<>(
          new PlatformLauncher.Folders(
              config.platformApp(home).toAbsolutePath(),
              image.toAbsolutePath(),
              directory.platform().toAbsolutePath(),
              folder.folder(role.label())),
          settings,
          config.conditions(),
          connector);
    } catch (IOException e) {
      throw noTemporaryFolder();
    }
  }

  private static <C extends EnclaveConnection> EnclaveSupervisor<C> supervisor(
      EnclaveRole role,
      PlatformLauncher<C> launcher,
      Duty.Assignment<C> duties,
      Consumer<EnclaveRole> onEnclaveGone) {
    return new EnclaveSupervisor<>(
        role, launcher, duties, InstantSource.system(), () -> onEnclaveGone.accept(role));
  }

  /** What the epoch's enclaves work with. */
  private final class Resources implements HostedEpoch.Resources {
    private final List<RegistrationStore> stores = new ArrayList<>();
    private final Optional<DailyCompaction> compaction;

    Resources(Optional<RegistrationStore> store) {
      store.ifPresent(stores::add);
      compaction =
          store.map(open -> DailyCompaction.of(() -> RegistrationStores.of(directory).open(epoch)));
    }

    /** The same store once more, for who follows it on its own. */
    RegistrationStore another() throws EnclaveStartException {
      RegistrationStore store = openStore();
      stores.add(store);
      return store;
    }

    void closeStores() {
      compaction.ifPresent(DailyCompaction::close);
      stores.forEach(RegistrationStore::close);
    }

    @Override
    public void close() {
      closeStores();
      folder.close();
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
