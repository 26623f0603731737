package org.blindbook.server.command;

import java.util.Optional;
import org.blindbook.server.epochs.HostedRoles;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.OperatorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code serve} is asked to be, compared with what its data directory already is. */
final class DeploymentOptions {
  /** Names as they are written. */
  enum Mode {
    truncated,
    blinded
  }

  /** Names as they are written. */
  enum RoleName {
    evaluator(HostedRoles.EVALUATOR),
    lookup(HostedRoles.LOOKUP),
    both(HostedRoles.BOTH);

    private final HostedRoles role;

    RoleName(HostedRoles role) {
      this.role = role;
    }
  }

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "how lookup keys are made: ${COMPLETION-CANDIDATES}; chosen at the first start, kept in"
              + " the data directory (default: truncated)")
  @Nullable Mode mode;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "in mode blinded, what this server does: ${COMPLETION-CANDIDATES}; kept as the mode"
              + " (default: both)")
  @Nullable RoleName role;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description =
          "in mode blinded, the epoch of the evaluator's key; kept as the mode (default: 1)")
  @Nullable Integer epoch;

  @Option(
      names = "--evaluator-key",
      paramLabel = "HEX",
      description = "in role lookup, the public key of the evaluator; kept as the mode")
  @Nullable String evaluatorKey;

  /** What was asked for at the first start. */
  Deployment chosen() throws OperatorException {
    if (mode != Mode.blinded) {
      if (role != null || epoch != null || evaluatorKey != null) {
        throw new OperatorException(
            "--role, --epoch and --evaluator-key go with --mode blinded: add it, or leave them"
                + " out.");
      }
      return Deployment.TRUNCATED;
    }
    return Deployment.blinded(
        role == null ? HostedRoles.BOTH : role.role,
        epoch == null ? Deployment.FIRST_EPOCH : epoch,
        Optional.ofNullable(evaluatorKey));
  }

  /**
   * @throws OperatorException when something else is asked for than what is kept
   */
  void requireSame(Deployment kept) throws OperatorException {
    Optional<Deployment.Blinded> blinded = kept.blinded();
    Mode keptMode = blinded.isPresent() ? Mode.blinded : Mode.truncated;
    HostedRoles wantedRole = role == null ? null : role.role;
    boolean same =
        agrees(mode, Optional.of(keptMode))
            && agrees(wantedRole, blinded.map(Deployment.Blinded::role))
            && agrees(epoch, blinded.map(Deployment.Blinded::serving))
            && agrees(evaluatorKey, kept.evaluatorKey(kept.serving()));
    if (!same) {
      throw new OperatorException(
          "This data directory is one of "
              + kept.description()
              + ", which was chosen when it was new: leave the option out, or choose another"
              + " directory with --data-dir.");
    }
  }

  private static <T> boolean agrees(@Nullable T wanted, Optional<T> kept) {
    return wanted == null || kept.equals(Optional.of(wanted));
  }
}
