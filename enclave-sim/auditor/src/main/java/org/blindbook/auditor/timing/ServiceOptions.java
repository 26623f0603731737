package org.blindbook.auditor.timing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.timing.service.RunningService.Mode;
import org.blindbook.auditor.timing.service.RunningService.Starter;
import org.blindbook.auditor.timing.service.ServiceReport;
import org.blindbook.auditor.timing.service.ServiceTiming;
import org.blindbook.auditor.timing.service.processes.DeployedService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code blindbook audit timing --service}: how a whole service is timed. */
final class ServiceOptions {
  private static final int DEFAULT_SESSIONS = 4_000;
  private static final int DEFAULT_LIMIT = 3_600;

  @Option(
      names = "--service",
      description = "Time a whole service, in each mode, in place of the table.")
  private boolean asked;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "With --service: sessions per comparison. Default: " + DEFAULT_SESSIONS + ".")
  private @Nullable Integer sessions;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "With --service: truncated or blinded. Default: one after the other.")
  private @Nullable String mode;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "With --service: measure so long at most. Default: " + DEFAULT_LIMIT + ".")
  private @Nullable Integer limit;

  /** Whether a service is to be timed. */
  boolean isAsked() {
    return asked;
  }

  /** Whether there are options of it. */
  boolean areGiven() {
    return sessions != null || mode != null || limit != null;
  }

  /**
   * Times the service in each mode that was asked for.
   *
   * @param starter of the services; null for those of this installation
   * @throws AuditException when an option is wrong
   * @throws IOException when the service cannot be timed
   */
  ServiceReport run(@Nullable Starter starter, Random random, PrintWriter progress)
      throws AuditException, IOException {
    int wanted = sessions == null ? DEFAULT_SESSIONS : sessions;
    int seconds = limit == null ? DEFAULT_LIMIT : limit;
    if (wanted < 1 || seconds < 1) {
      throw wrong("Ask for at least one session, and one second.");
    }
    List<Mode> modes =
        Arrays.stream(Mode.values())
            .filter(m -> mode == null || m.name().toLowerCase(Locale.ROOT).equals(mode))
            .toList();
    if (modes.isEmpty()) {
      throw wrong("There is no mode " + mode + ": choose truncated or blinded.");
    }
    return new ServiceTiming(starter == null ? here() : starter, wanted, random, progress)
        .run(modes, Duration.ofSeconds(seconds));
  }

  private static Starter here() throws AuditException {
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw wrong("Start the auditor with the launcher: blindbook audit timing --service.");
    }
    return DeployedService.of(Path.of(home));
  }

  private static AuditException wrong(String why) {
    return new AuditException(AuditException.USAGE, why);
  }
}
