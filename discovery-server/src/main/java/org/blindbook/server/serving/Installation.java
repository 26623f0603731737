package org.blindbook.server.serving;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.blindbook.server.enclavehost.DevelopmentTrust;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.HostFolder;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.epochs.HostedEpoch;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.health.Readiness;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.PublishedStatus;
import org.blindbook.server.installation.Rotation;
import org.blindbook.server.ledgers.LedgersException;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.RedisAddress;
import org.blindbook.server.ledgers.RedisRecordStore;
import org.blindbook.server.ledgers.SqliteRecordStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a data directory holds, as a running server uses it: its epochs. */
public final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);

  /** How long a status that could not be written is not written again: the disk may be full. */
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(30);

  private final DataDirectory directory;
  private final ServeConfig config;
  private final Path home;
  private final Path temporary;
  private final DevelopmentTrust trust;
  private final Deployment first;

  // Of the thread of the epochs.
  private String writtenStatus = "[]";
  private long writeAgainNanos = System.nanoTime();

  public Installation(DataDirectory directory, ServeConfig config) throws OperatorException {
    String launcher = System.getProperty("blindbook.home");
    if (launcher == null) {
      throw new OperatorException("Start the server with the launcher: blindbook serve.");
    }
    this.directory = directory;
    this.config = config;
    this.home = Path.of(launcher);
    this.temporary = Path.of(System.getProperty("java.io.tmpdir"));
    this.trust = new DevelopmentTrust(directory.trust());
    this.first = new DeploymentFile(directory).read();
  }

  /** The epochs of this installation, as its file {@code deployment} says from moment to moment. */
  public HostedEpochs epochs(DiscoveryServer.OnEnclaveGone onEnclaveGone) {
    return new HostedEpochs(
        roles(first),
        plan(first),
        this::plan,
        epoch -> open(epoch, onEnclaveGone),
        config.total(),
        this::publish);
  }

  /** Opens the records of accounts. */
  public RecordStore records() throws OperatorException {
    Optional<RedisAddress> redis = config.redis();
    if (redis.isPresent()) {
      return openRedis(redis.get());
    }
    // SQLite's native library is unpacked there, loaded, and not needed any more.
    try (HostFolder folder = HostFolder.create(temporary, new SecureRandom())) {
      System.setProperty(EpochAssembly.SQLITE_FOLDER, folder.folder("sqlite").toString());
      return SqliteRecordStore.open(
          directory.ledgers(), config.cachedLedgers(), config.retention(), InstantSource.system());
    } catch (EnclaveStartException e) {
      throw new OperatorException(e.sentence(), e);
    } catch (IOException e) {
      throw new OperatorException(EpochAssembly.noTemporaryFolder().sentence(), e);
    } catch (LedgersException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private RecordStore openRedis(RedisAddress address) throws OperatorException {
    try {
      return new RedisRecordStore(address, config.retention(), directory.ledgersRedis());
    } catch (LedgersException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private Set<EnclaveRole> roles(Deployment deployment) {
    Set<EnclaveRole> roles = EnumSet.noneOf(EnclaveRole.class);
    if (deployment.looksUp()) {
      roles.add(EnclaveRole.LOOKUP);
      config.recent().ifPresent(limits -> roles.add(EnclaveRole.RECENT));
    }
    if (deployment.evaluates()) {
      roles.add(EnclaveRole.EVALUATOR);
    }
    return roles;
  }

  private static EpochPlan plan(Deployment deployment) {
    return new EpochPlan(deployment.live(), deployment.serving());
  }

  private Optional<EpochPlan> plan() {
    try {
      return Optional.of(plan(new DeploymentFile(directory).read()));
    } catch (OperatorException e) {
      return Optional.empty();
    }
  }

  private HostedEpoch open(int epoch, DiscoveryServer.OnEnclaveGone onEnclaveGone)
      throws EnclaveStartException {
    Deployment deployment;
    try {
      deployment = new DeploymentFile(directory).read();
    } catch (OperatorException e) {
      throw new EnclaveStartException(String.valueOf(e.getMessage()));
    }
    HostFolder folder = HostFolder.create(temporary, new SecureRandom());
    try {
      return new EpochAssembly(directory, config, home, trust, folder, deployment, epoch)
          .assemble(role -> onEnclaveGone.accept(role, epoch));
    } catch (EnclaveStartException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** For the operator's commands, which run in other processes. */
  private void publish(List<EpochStatus> statuses) {
    JsonArray epochs = Readiness.epochs(statuses);
    epochs.forEach(
        epoch -> ((JsonObject) epoch).put(Rotation.DRAIN_SECONDS, config.total().toSeconds()));
    String json = epochs.encode();
    long now = System.nanoTime();
    if (!json.equals(writtenStatus) && now - writeAgainNanos >= 0) {
      try {
        new PublishedStatus(directory).writeEpochs(json);
        writtenStatus = json;
      } catch (IOException e) {
        writeAgainNanos = now + WRITE_AGAIN.toNanos();
        log.error("the data directory cannot be written: check its owner and its disk");
      }
    }
  }
}
