package org.blindbook.server.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.Stream;
import org.blindbook.server.JavaProcess;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordKind;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.Retention;
import org.blindbook.server.ledgers.SqliteRecordStore;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;

/** Data directories as servers and commands leave them, made without a server. */
public final class InstalledDirectory {
  private static final Retention RETENTION = Retention.of(1000, 1000, Duration.ofHours(1));

  private InstalledDirectory() {}

  /**
   * Of mode blinded, with a file of every kind.
   *
   * @param registered the numbers from 1 on that are registered, as {@link #pair}
   */
  public static DataDirectory blinded(Path root, int registered) throws Exception {
    DataDirectory directory = DataDirectory.open(root);
    write(
        directory.deployment(),
        "mode=blinded\nrole=both\nepoch=1\nepochs.begun=1\nepoch.1=\n".getBytes());
    register(directory.registrations(1), 1, registered);
    ledgers(directory, 20);
    write(directory.credentialKey(), bytes(64, 1));
    write(directory.otherCredentialKey(), bytes(64, 1));
    write(directory.loadKey(), bytes(32, 2));
    write(directory.otherLoadKey(), bytes(32, 3));
    write(directory.evaluatorKey(1), bytes(80, 4));
    write(directory.evaluatorPublicKey(1), "0123456789abcdef".repeat(4).getBytes());
    Files.createDirectory(
        directory.platform(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    write(directory.platform().resolve("fuse-key"), bytes(32, 5));
    write(directory.platform().resolve("pki"), parts());
    write(directory.platform().resolve("lock"), new byte[0]);
    write(directory.serveLock(), new byte[0]);
    return directory;
  }

  /** Of mode truncated, with a store and nothing else. */
  public static DataDirectory truncated(Path root, int registered) throws Exception {
    DataDirectory directory = DataDirectory.open(root);
    write(directory.deployment(), "mode=truncated\n".getBytes());
    register(directory.registrations(0), 1, registered);
    return directory;
  }

  public static void write(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, content);
  }

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] parts() {
    ByteBuffer parts = ByteBuffer.allocate(1_000);
    for (int part = 0; part < 8; part++) {
      parts.putShort((short) (100 + part)).put(bytes(100 + part, part));
    }
    return Arrays.copyOf(parts.array(), parts.position());
  }

  /** Numbers stand for keys and accounts. */
  public static byte[] pair(long number) {
    // Spread over the key space as digests are.
    return ByteBuffer.allocate(16).putLong(number * 0x9E3779B97F4A7C15L).putLong(number).array();
  }

  /** Registers these numbers, both included, each with itself as account. */
  public static void register(Path file, int from, int to) throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(file)) {
      RegistrationBatch batch = new RegistrationBatch();
      for (int number = from; number <= to; number++) {
        batch.register(pair(number), pair(number));
      }
      store.apply(batch);
    }
  }

  private static void ledgers(DataDirectory directory, int accounts) throws Exception {
    try (RecordStore records =
        SqliteRecordStore.open(directory.ledgers(), 100, RETENTION, InstantSource.system())) {
      for (int account = 1; account <= accounts; account++) {
        byte[] id = Arrays.copyOf(pair(account), 32);
        records
            .replace(
                RecordKey.of(RecordKind.LOOKUP_LEDGER, id), RecordStore.NONE, bytes(100, account))
            .toCompletableFuture()
            .join();
      }
    }
  }

  /** How many are registered. */
  public static long registered(Path file) throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(file)) {
      return store.registered();
    }
  }

  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /**
   * Registers these numbers in a process that is killed then, so that they are in the log alone.
   */
  public static void registerAndCrash(Path file, int from, int to) throws Exception {
    try (JavaProcess process =
        JavaProcess.start(
            Crashing.class, file.toString(), String.valueOf(from), String.valueOf(to))) {
      if (!"written".equals(process.line())) {
        throw new AssertionError("the process did not write");
      }
    }
  }

  /** Registers these numbers, says so, and waits to be killed. */
  public static final class Crashing {
    public static void main(String[] arguments) throws Exception {
      RegistrationStore store = RegistrationStore.sqlite(Path.of(arguments[0]));
      RegistrationBatch batch = new RegistrationBatch();
      int to = Integer.parseInt(arguments[2]);
      for (int number = Integer.parseInt(arguments[1]); number <= to; number++) {
        batch.register(pair(number), pair(number));
      }
      store.apply(batch);
      System.out.println("written");
      System.in.read();
    }
  }
}
