package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;

/**
 * Looks at every file of a data directory, beside a running server or not, and changes nothing.
 *
 * <p>What it cannot see: a key of the right length with other bytes, another account in a row, a
 * file that was put back as a whole to what it was earlier and that nothing else tells of.
 */
public final class DirectoryInspection {
  private static final Pattern STORE = Pattern.compile("registrations(?:-([0-9]{1,9}))?\\.db");

  private final DataDirectory directory;
  private final boolean full;
  private final Findings findings;

  private DirectoryInspection(DataDirectory directory, boolean full) {
    this.directory = directory;
    this.full = full;
    this.findings = new Findings(directory.root());
  }

  /**
   * Looks.
   *
   * @param full also compares tables with their indexes, row by row
   * @throws OperatorException when there is nothing to look at, or it cannot be read
   */
  public static List<Finding> of(DataDirectory directory, boolean full) throws OperatorException {
    try {
      return new DirectoryInspection(directory, full).look();
    } catch (IOException e) {
      throw new OperatorException(
          "The directory "
              + directory
              + " cannot be read, or there is no room for temporary files: check its owner,"
              + " permissions and disk.",
          e);
    }
  }

  private List<Finding> look() throws OperatorException, IOException {
    requireSomething();
    Optional<Deployment> deployment = deployment();
    boolean served = Files.isDirectory(directory.platform());
    boolean looksUp = deployment.map(Deployment::looksUp).orElse(true);
    boolean evaluates = deployment.map(Deployment::evaluates).orElse(false);
    SortedSet<Integer> epochs =
        deployment.isPresent() ? deployment.get().live() : epochsByTheirStores();
    boolean stores = looksUp && !areInPostgres();
    KeysInspection keys = new KeysInspection(findings, directory);
    for (int epoch : epochs) {
      boolean written =
          stores
              && new StoreInspection(findings, full)
                  .look(directory.registrations(epoch), directory.snapshot(epoch));
      if (evaluates) {
        boolean serving = epoch == deployment.get().serving();
        keys.lookAtEvaluator(epoch, written || (served && serving));
      }
    }
    new LedgersInspection(findings, directory, full).look();
    keys.look(served, evaluates);
    new LeftOvers(findings, directory).look(deployment);
    return findings.list();
  }

  private void requireSomething() throws OperatorException, IOException {
    Set<Path> locks = Set.of(directory.serveLock(), directory.deploymentLock());
    try (Stream<Path> files = Files.list(directory.root())) {
      if (files.allMatch(locks::contains)) {
        throw new OperatorException(
            "The data directory " + directory + " is empty: there is nothing to check.");
      }
    }
  }

  private Optional<Deployment> deployment() throws IOException {
    Path file = directory.deployment();
    String remedy = "Restore it: blindbook restore. A server would take this for mode truncated.";
    if (!findings.isThere(file, remedy)) {
      return Optional.empty();
    }
    try {
      Deployment deployment = new DeploymentFile(directory).read();
      findings.ok(file, deployment.description());
      return Optional.of(deployment);
    } catch (OperatorException e) {
      findings.problem(file, "damaged", "Restore it: blindbook restore.");
      return Optional.empty();
    }
  }

  private boolean areInPostgres() throws IOException {
    Path file = directory.registrationsAddress();
    if (!Files.exists(file) || !findings.isThere(file, "")) {
      return Files.exists(file);
    }
    try {
      findings.ok(
          file,
          RegistrationStores.of(directory)
              .postgres()
              .map(address -> "registrations are in " + address + ", which is not looked at")
              .orElse("gone"));
    } catch (OperatorException e) {
      findings.problem(file, "damaged", "Restore it, or write the address into it.");
    }
    return true;
  }

  private SortedSet<Integer> epochsByTheirStores() throws IOException {
    SortedSet<Integer> epochs = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory.root())) {
      for (Path file : files.toList()) {
        Matcher store = STORE.matcher(findings.name(file));
        if (store.matches()) {
          epochs.add(
              store.group(1) == null ? Deployment.NO_EPOCH : Integer.parseInt(store.group(1)));
        }
      }
    }
    return epochs;
  }
}
