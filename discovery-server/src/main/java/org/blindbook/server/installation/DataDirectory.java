package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operator's {@code --data-dir}: everything one installation keeps on disk, named in one place.
 * {@code docs/operations.md} says what to back up and who may read what.
 */
public final class DataDirectory {
  private final Path root;

  private DataDirectory(Path root) {
    this.root = root;
  }

  /**
   * Opens the directory, and creates it (mode 0700) when only its last component is missing. An
   * existing directory keeps its mode: it may be one the operator shares on purpose, and the files
   * that matter are readable by their owner only.
   *
   * @throws OperatorException when it is no directory, has no parent, or cannot be written
   */
  public static DataDirectory open(Path root) throws OperatorException {
    try {
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      requireWritableDirectory(root);
    } catch (IOException e) {
      Path parent = root.toAbsolutePath().normalize().getParent();
      throw new OperatorException(
          parent == null || Files.isDirectory(parent)
              ? "The data directory "
                  + root
                  + " cannot be created: check the permissions of the folder it is in."
              : "The data directory "
                  + root
                  + " cannot be created because the folder it would be in does not exist: create "
                  + parent
                  + " first.",
          e);
    }
    return new DataDirectory(root);
  }

  /**
   * A directory that is there, to be looked at: it is not made, and may be one that cannot be
   * written.
   *
   * @throws OperatorException when it is missing, no directory, or cannot be read
   */
  public static DataDirectory existing(Path root) throws OperatorException {
    if (!Files.isDirectory(root)) {
      throw new OperatorException(
          "The directory " + root + " does not exist or is no directory: check its name.");
    }
    if (!Files.isReadable(root) || !Files.isExecutable(root)) {
      throw new OperatorException(
          "The directory " + root + " cannot be read: check its owner and permissions.");
    }
    return new DataDirectory(root);
  }

  private static void requireWritableDirectory(Path root) throws OperatorException {
    if (!Files.isDirectory(root)) {
      throw new OperatorException(
          "The data directory " + root + " is not a directory: choose another with --data-dir.");
    }
    if (!Files.isWritable(root) || !Files.isExecutable(root)) {
      throw notWritable(root, null);
    }
  }

  private static OperatorException notWritable(Path root, @Nullable IOException cause) {
    return new OperatorException(
        "The data directory "
            + root
            + " cannot be written: check its owner, its permissions and the space on its disk.",
        cause);
  }

  /** What to say when a file in it cannot be written. */
  OperatorException notWritable(IOException cause) {
    return notWritable(root, cause);
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  /** For a sentence. */
  @Override
  public String toString() {
    return root.toString();
  }

  /** Mode and role, and the epochs; see {@link DeploymentFile}. */
  public Path deployment() {
    return root.resolve("deployment");
  }

  /** Held by who changes {@link #deployment}. */
  public Path deploymentLock() {
    return root.resolve("deployment.lock");
  }

  /** Held by the running server; see {@link ServeLock}. */
  public Path serveLock() {
    return root.resolve("serve.lock");
  }

  /** See {@link InstallationKeys}. */
  public Path credentialKey() {
    return root.resolve("credential.key");
  }

  /** See {@link InstallationKeys}. */
  public Path otherCredentialKey() {
    return root.resolve("credential-other.key");
  }

  /** See {@link InstallationKeys}. */
  public Path loadKey() {
    return root.resolve("load.key");
  }

  /** See {@link InstallationKeys}. */
  public Path otherLoadKey() {
    return root.resolve("load-other.key");
  }

  /** See {@link ManagementToken}. */
  public Path managementToken() {
    return root.resolve("management.token");
  }

  /** See {@link PublishedStatus}. */
  public Path evaluatorUrl() {
    return root.resolve("evaluator.url");
  }

  /** See {@link PublishedStatus}. */
  public Path epochsStatus() {
    return root.resolve("epochs.json");
  }

  /** The folder of the simulated hardware: its keys, and its private copies of the enclaves. */
  public Path platform() {
    return root.resolve("platform");
  }

  /** The policy that trusts this very instance, written for development. Public. */
  public Path trust() {
    return root.resolve("trust.yaml");
  }

  /**
   * The store of registrations (SQLite, with {@code -wal} and {@code -shm} beside it). Every epoch
   * has a store of its own: its keys are of no use in another.
   */
  public Path registrations(int epoch) {
    return root.resolve("registrations" + suffix(epoch) + ".db");
  }

  /** Which PostgreSQL has the registrations, if one has; see {@link RegistrationStores}. */
  public Path registrationsAddress() {
    return root.resolve("registrations.postgresql");
  }

  /** The accounts' ledgers and rates (SQLite), unless a Redis has them. */
  public Path ledgers() {
    return root.resolve("ledgers.db");
  }

  /** Which Redis has them, if one has. */
  public Path ledgersRedis() {
    return root.resolve("ledgers.redis");
  }

  /** The evaluator's key, as its enclave sealed it. */
  public Path evaluatorKey(int epoch) {
    return root.resolve("evaluator" + suffix(epoch) + ".sealed");
  }

  /** The public key that goes with {@link #evaluatorKey}, in hexadecimal. */
  public Path evaluatorPublicKey(int epoch) {
    return root.resolve("evaluator" + suffix(epoch) + ".public");
  }

  /** The lookup enclave's table as the enclave sealed it. */
  public Path snapshot(int epoch) {
    return root.resolve("snapshot" + suffix(epoch) + ".sealed");
  }

  private static String suffix(int epoch) {
    return epoch == Deployment.NO_EPOCH ? "" : "-" + epoch;
  }

  /**
   * Deletes the store, the snapshot and the evaluator's key of an epoch: nobody can look it up or
   * evaluate for it again.
   */
  public void deleteEpoch(int epoch) throws OperatorException {
    String store = registrations(epoch).getFileName().toString();
    List<Path> files =
        List.of(
            evaluatorKey(epoch),
            evaluatorPublicKey(epoch),
            snapshot(epoch),
            root.resolve(store),
            root.resolve(store + "-wal"),
            root.resolve(store + "-shm"));
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new OperatorException(
            "The file " + file + " of an epoch that is over cannot be deleted: delete it.", e);
      }
    }
  }

  /** Deletes what is left of epochs that are over. */
  public void deleteEpochsOver(Deployment deployment) throws OperatorException {
    int begun = deployment.blinded().map(Deployment.Blinded::begun).orElse(0);
    for (int epoch = Deployment.FIRST_EPOCH; epoch <= begun; epoch++) {
      if (!deployment.live().contains(epoch)) {
        deleteEpoch(epoch);
      }
    }
  }

  /** Whether a file of the epoch is left. */
  boolean hasEpoch(int epoch) {
    return Stream.of(
            evaluatorKey(epoch), evaluatorPublicKey(epoch), snapshot(epoch), registrations(epoch))
        .anyMatch(Files::exists);
  }
}
