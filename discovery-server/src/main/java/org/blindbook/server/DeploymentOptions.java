package org.blindbook.server;

import java.util.Optional;
import org.blindbook.protocol.message.DeploymentRole;
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
  enum Role {
    evaluator(DeploymentRole.EVALUATOR),
    lookup(DeploymentRole.LOOKUP),
    both(DeploymentRole.BOTH);

    private final DeploymentRole role;

    Role(DeploymentRole role) {
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
  @Nullable Role role;

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
        role == null ? DeploymentRole.BOTH : role.role,
        epoch == null ? Deployment.FIRST_EPOCH : epoch,
        Optional.ofNullable(evaluatorKey));
  }

  /**
   * @throws OperatorException when something else is asked for than what is kept
   */
  void requireSame(Deployment kept) throws OperatorException {
    Optional<Deployment.Blinded> blinded = kept.blinded();
    Mode keptMode = blinded.isPresent() ? Mode.blinded : Mode.truncated;
    DeploymentRole wantedRole = role == null ? null : role.role;
    boolean same =
        agrees(mode, Optional.of(keptMode))
            && agrees(wantedRole, blinded.map(Deployment.Blinded::role))
            && agrees(epoch, blinded.map(Deployment.Blinded::serving))
            && agrees(evaluatorKey, kept.evaluatorKey(kept.serving()));
    if (!same) {
      throw new OperatorException(
          "This data directory is one of "
              + kept.description()
              + ", which was chosen at its first start: leave the option out, or choose another"
              + " directory with --data-dir.");
    }
  }

  private static <T> boolean agrees(@Nullable T wanted, Optional<T> kept) {
    return wanted == null || kept.equals(Optional.of(wanted));
  }
}
