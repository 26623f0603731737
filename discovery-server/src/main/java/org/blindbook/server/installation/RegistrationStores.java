package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.edge.files.WholeFile;
import org.blindbook.server.registrations.PostgresAddress;
import org.blindbook.server.registrations.PostgresAddress.WrongAddressException;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/**
 * Where the registrations of an installation are: in SQLite files among its others, or in a
 * PostgreSQL that it may share with other installations. Chosen once, when it is new.
 */
public final class RegistrationStores {
  private final DataDirectory directory;
  private final Optional<PostgresAddress> postgres;

  private RegistrationStores(DataDirectory directory, Optional<PostgresAddress> postgres) {
    this.directory = directory;
    this.postgres = postgres;
  }

  /** As it was chosen. */
  public static RegistrationStores of(DataDirectory directory) throws OperatorException {
    return new RegistrationStores(directory, read(directory));
  }

  /**
   * As it was chosen, or chosen now where nothing was.
   *
   * @param asked the address of a PostgreSQL, if the operator names one
   * @throws OperatorException when it is another one than was chosen
   */
  public static RegistrationStores choose(DataDirectory directory, Optional<String> asked)
      throws OperatorException {
    Optional<PostgresAddress> kept = read(directory);
    if (asked.isEmpty()) {
      return new RegistrationStores(directory, kept);
    }
    PostgresAddress wanted = parse(asked.get());
    if (kept.isEmpty()) {
      requireNone(directory);
      write(directory, wanted);
    } else if (!kept.get().equals(wanted)) {
      throw new OperatorException(
          "The registrations of this data directory are in the PostgreSQL at "
              + kept.get()
              + ": leave --registrations out. If it has moved, write its new address into "
              + directory.registrationsAddress()
              + ".");
    }
    return of(directory);
  }

  private static PostgresAddress parse(String text) throws OperatorException {
    try {
      return PostgresAddress.parse(text);
    } catch (WrongAddressException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireNone(DataDirectory directory) throws OperatorException {
    Path deployment = directory.deployment();
    if (Files.exists(deployment)) {
      for (int epoch : new DeploymentFile(directory).read().live()) {
        if (Files.exists(directory.registrations(epoch))) {
          throw new OperatorException(
              "This data directory has registrations of its own in "
                  + directory.registrations(epoch)
                  + ": export them, and load them into a new data directory with --registrations.");
        }
      }
    }
  }

  private static void write(DataDirectory directory, PostgresAddress address)
      throws OperatorException {
    Path file = directory.registrationsAddress();
    try {
      WholeFile.create(file, (address.text() + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    }
  }

  private static Optional<PostgresAddress> read(DataDirectory directory) throws OperatorException {
    Path file = directory.registrationsAddress();
    try {
      return Optional.of(PostgresAddress.parse(Files.readString(file).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (WrongAddressException e) {
      throw new OperatorException(
          "The file " + file + " is wrong: " + e.getMessage() + " Correct it.", e);
    } catch (IOException e) {
      throw OperatorException.notUsable(file, e);
    }
  }

  /** Which PostgreSQL they are in; empty when they are among the files of the data directory. */
  public Optional<PostgresAddress> postgres() {
    return postgres;
  }

  /** Opens the store of an epoch, and creates what is missing. */
  public RegistrationStore open(int epoch) throws StoreException {
    return postgres.isPresent()
        ? RegistrationStore.postgres(postgres.get(), epoch)
        : RegistrationStore.sqlite(directory.registrations(epoch));
  }
}
