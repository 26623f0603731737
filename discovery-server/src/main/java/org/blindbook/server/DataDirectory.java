package org.blindbook.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.files.WholeFile;

/**
 * The operator's {@code --data-dir}: everything one installation keeps on disk, named in one place.
 * {@code docs/operations.md} says what to back up and who may read what.
 */
public final class DataDirectory {
  private static final String DEPLOYMENT = "deployment";

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

  private static void requireWritableDirectory(Path root) throws OperatorException {
    if (!Files.isDirectory(root)) {
      throw new OperatorException(
          "The data directory " + root + " is not a directory: choose another with --data-dir.");
    }
    if (!Files.isWritable(root) || !Files.isExecutable(root)) {
      throw new OperatorException(notWritable(root));
    }
  }

  private static String notWritable(Path root) {
    return "The data directory "
        + root
        + " cannot be written: check its owner, its permissions and the space on its disk.";
  }

  /**
   * The store of registrations (SQLite, with {@code -wal} and {@code -shm} beside it). Every epoch
   * has a store of its own: its keys are of no use in another.
   */
  Path registrations(int epoch) {
    return root.resolve("registrations" + suffix(epoch) + ".db");
  }

  private static String suffix(int epoch) {
    return epoch == Deployment.NO_EPOCH ? "" : "-" + epoch;
  }

  /** The evaluator's key, as the enclave sealed it. */
  Path evaluatorKey(int epoch) {
    return root.resolve("evaluator" + suffix(epoch) + ".sealed");
  }

  /** The folder of the simulated hardware: its keys, and its private copy of the enclave. */
  public Path platform() {
    return root.resolve("platform");
  }

  /** The policy that trusts this very instance, written for development. Public. */
  public Path trust() {
    return root.resolve("trust.yaml");
  }

  /** The enclave's table as the enclave sealed it. */
  Path snapshot(int epoch) {
    return root.resolve("snapshot" + suffix(epoch) + ".sealed");
  }

  /**
   * Deletes the store, the snapshot and the evaluator's key of an epoch: nobody can look it up or
   * evaluate for it again.
   */
  void deleteEpoch(int epoch) throws OperatorException {
    String store = registrations(epoch).getFileName().toString();
    List<Path> files =
        List.of(
            evaluatorKey(epoch),
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
  void deleteEpochsOver(Deployment deployment) throws OperatorException {
    int begun = deployment.blinded().map(Deployment.Blinded::begun).orElse(0);
    for (int epoch = Deployment.FIRST_EPOCH; epoch <= begun; epoch++) {
      if (!deployment.live().contains(epoch)) {
        deleteEpoch(epoch);
      }
    }
  }

  /** Whether a file of the epoch is left. */
  boolean hasEpoch(int epoch) {
    return Stream.of(evaluatorKey(epoch), snapshot(epoch), registrations(epoch))
        .anyMatch(Files::exists);
  }

  /**
   * What this installation is, chosen now when it is new. One that is older than this choice is of
   * mode truncated.
   *
   * @throws OperatorException when something else is asked for than what it is
   */
  Deployment deployment(DeploymentOptions options) throws OperatorException {
    Path file = root.resolve(DEPLOYMENT);
    if (!Files.exists(file)) {
      boolean older = Files.exists(registrations(Deployment.NO_EPOCH));
      Deployment first = older ? Deployment.TRUNCATED : options.chosen();
      try {
        WholeFile.create(file, first.text().getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw notUsable(file, e);
      }
    }
    Deployment kept = deployment();
    options.requireSame(kept);
    return kept;
  }

  /** What this installation is now. */
  Deployment deployment() throws OperatorException {
    Path file = root.resolve(DEPLOYMENT);
    try {
      return Deployment.parse(Files.readString(file))
          .orElseThrow(
              () ->
                  new OperatorException(
                      "The file " + file + " is damaged: restore it from a backup."));
    } catch (NoSuchFileException e) {
      throw new OperatorException(
          "The data directory " + root + " is empty: start blindbook serve on it first.", e);
    } catch (IOException e) {
      throw notUsable(file, e);
    }
  }

  private static OperatorException notUsable(Path file, IOException e) {
    return new OperatorException(
        "The file " + file + " cannot be created or read: check its owner and permissions.", e);
  }

  /** How a deployment becomes the next one. */
  interface Change {
    Deployment of(Deployment now) throws OperatorException;
  }

  /** Changes what this installation is, in one step; of several that change it, one at a time. */
  Deployment change(Change change) throws OperatorException {
    Path file = root.resolve(DEPLOYMENT);
    try (FileChannel lock = WholeFile.open(root.resolve(DEPLOYMENT + ".lock"));
        FileLock held = lock.lock()) {
      Deployment next = change.of(deployment());
      WholeFile.replace(file, next.text().getBytes(StandardCharsets.US_ASCII));
      return next;
    } catch (IOException e) {
      throw notUsable(file, e);
    }
  }

  /** Where {@code load} finds the evaluator of this installation when it is told no other. */
  private Path evaluatorUrl() {
    return root.resolve("evaluator.url");
  }

  void writeEvaluatorUrl(String url) throws OperatorException {
    try {
      Files.writeString(evaluatorUrl(), url);
    } catch (IOException e) {
      throw new OperatorException(notWritable(root), e);
    }
  }

  Optional<String> readEvaluatorUrl() {
    return read(evaluatorUrl());
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the running server says about its epochs. Public; of no use once it has stopped. */
  private Path epochsStatus() {
    return root.resolve("epochs.json");
  }

  void writeEpochsStatus(String json) throws IOException {
    WholeFile.replace(epochsStatus(), json.getBytes(StandardCharsets.US_ASCII));
  }

  Optional<String> readEpochsStatus() {
    return read(epochsStatus());
  }

  /**
   * The key that mints and verifies credentials, made of fresh randomness by whoever asks first.
   *
   * @throws OperatorException when it cannot be created or read, is too short, or is readable by
   *     other users
   */
  public CredentialKey credentialKey() throws OperatorException {
    return key("credential.key", CredentialKey::generate, CredentialKey::of);
  }

  /** The key that mints and verifies the credentials of loaders; made as the other one. */
  public byte[] loadKey() throws OperatorException {
    return key("load.key", DataDirectory::newLoadKey, DataDirectory::requireLoadKey);
  }

  private static byte[] newLoadKey() {
    byte[] key = new byte[LoadCredential.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static byte[] requireLoadKey(byte[] bytes) {
    if (bytes.length != LoadCredential.KEY_BYTES) {
      throw new IllegalArgumentException("a load key has another length");
    }
    return bytes;
  }

  private <T> T key(String name, Supplier<byte[]> generate, Function<byte[], T> read)
      throws OperatorException {
    Path file = root.resolve(name);
    try {
      if (!Files.exists(file)) {
        byte[] made = generate.get();
        WholeFile.create(file, made);
        Arrays.fill(made, (byte) 0);
      }
      if (!WholeFile.isOwnersOnly(file)) {
        throw new OperatorException(
            "Other users can read "
                + file
                + ", and whoever reads it can mint credentials: run chmod 600 on it.");
      }
      return read.apply(Files.readAllBytes(file));
    } catch (IOException e) {
      throw notUsable(file, e);
    } catch (IllegalArgumentException e) {
      throw new OperatorException(
          "The file "
              + file
              + " is damaged: restore it, or delete it to have a new one made (credentials minted"
              + " so far then stop working).",
          e);
    }
  }

  /**
   * Claims the directory for one server, until closed or the process ends however it ends.
   *
   * @throws OperatorException when another server holds it
   */
  public ServeLock lockForServing() throws OperatorException {
    return tryLockForServing()
        .orElseThrow(
            () ->
                new OperatorException(
                    "Another server is running on "
                        + root
                        + ": stop it first, or choose another directory with --data-dir."));
  }

  /** Empty while a server runs on the directory. */
  Optional<ServeLock> tryLockForServing() throws OperatorException {
    FileChannel channel;
    try {
      channel = WholeFile.open(root.resolve("serve.lock"));
    } catch (IOException e) {
      throw new OperatorException(notWritable(root), e);
    }
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new ServeLock(channel));
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer.
    } catch (IOException e) {
      closeQuietly(channel);
      throw new OperatorException(
          "The data directory "
              + root
              + " cannot be locked: its file system has no file locks, choose another.",
          e);
    }
    closeQuietly(channel);
    return Optional.empty();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written to it.
    }
  }

  /** Held while a server runs on the directory. */
  public static final class ServeLock implements AutoCloseable {
    private final FileChannel channel;

    private ServeLock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() {
      closeQuietly(channel);
    }
  }
}
