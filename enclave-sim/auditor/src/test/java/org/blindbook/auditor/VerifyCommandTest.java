package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import org.blindbook.attestation.Fault;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.platform.Condition;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyCommandTest extends AuditOfAServer {
  @Test
  void aRunningServerIsAcceptedAndSaidToBeSimulated() throws IOException {
    serve();
    assertThat(verify()).isZero();
    assertThat(out.lines().findFirst())
        .contains("ACCEPTED lookup enclave (simulated, no hardware guarantee)");
    assertThat(out)
        .contains("check", "seen", "required", "valid until")
        .contains("5.6 freshness")
        .contains("Not covered")
        .contains("the platform is simulated");
    assertThat(err).isEmpty();
  }

  @Test
  void jsonStandsAloneOnStandardOutput() throws IOException {
    serve();
    assertThat(verify("--json")).isZero();
    assertThat(out.lines()).hasSize(1);
    assertThat(out)
        .startsWith("{\"enclave\":\"lookup\",\"authentic\":true,\"acceptable\":true,")
        .contains("\"acceptable\":true,\"status\":\"UpToDate\"")
        .contains("\"advisories\":[],\"identity\":{\"mrenclave\":\"")
        .contains("\"debug\":false,\"simulated\":true,\"validFrom\":\"")
        .contains("\"findings\":[]");
  }

  @Test
  void everyEnclaveBehindAServerIsJudged() throws IOException {
    serve((claims, nonce) -> blinded(DeploymentRole.LOOKUP).withNonce(nonce), inTenMinutes());
    offer(Paths.EVALUATION_OFFER, blinded(DeploymentRole.EVALUATOR), Claims::withNonce);
    String saved = folder.resolve("saved").toString();
    assertThat(verify("--json", "--save", saved)).isZero();
    assertThat(out.lines())
        .satisfiesExactly(
            lookup -> assertThat(lookup).startsWith("{\"enclave\":\"lookup\",\"authentic\":true"),
            other -> assertThat(other).startsWith("{\"enclave\":\"evaluator\",\"authentic\":true"));
    assertThat(err.lines()).hasSize(2);
    String evaluator = out.lines().skip(1).findFirst().orElseThrow();
    String now = Instant.now().toString();
    String trust = trust().toString();
    String[] replay = {
      "audit", "verify", "--case", saved + "/evaluator", "--policy", trust, "--json"
    };
    assertThat(run(with(with(replay, "--at"), now))).isZero();
    assertThat(out.strip()).isEqualTo(evaluator);
    assertThat(run("audit", "inspect", saved + "/evaluator/claims.bin", "--json")).isZero();
    assertThat(out).contains("\"role\":\"evaluator\",\"oprfEpoch\":1");
  }

  @Test
  void oneBadEnclaveIsEnough() throws IOException {
    serve();
    offer(Paths.EVALUATION_OFFER, blinded(DeploymentRole.EVALUATOR), (claims, nonce) -> claims);
    assertThat(verify()).isEqualTo(8);
    assertThat(out)
        .startsWith("ACCEPTED lookup enclave")
        .contains("REJECTED evaluator enclave (not authentic)");
  }

  @Test
  void aServerThatOnlyEvaluatesHasNoLookupEnclave() throws IOException {
    serve();
    server.removeContext(Paths.DISCOVERY_OFFER);
    offer(Paths.EVALUATION_OFFER, blinded(DeploymentRole.EVALUATOR), Claims::withNonce);
    assertThat(verify("--json")).isZero();
    assertThat(out.lines()).hasSize(1);
    assertThat(out).startsWith("{\"enclave\":\"evaluator\"");
  }

  @Test
  void anEnclaveInThePlaceOfAnotherIsRefused() throws IOException {
    serve();
    offer(Paths.EVALUATION_OFFER, blinded(DeploymentRole.LOOKUP), Claims::withNonce);
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out.lines().skip(1).findFirst().orElseThrow())
        .contains("\"fault\":\"IDENTITY\"")
        .contains("the server offers a lookup enclave where its evaluator enclave should be");
  }

  @Test
  void webSocketUrlsMeanTheSameServer() throws IOException {
    serve();
    assertThat(
            run(
                "audit",
                "verify",
                "--server",
                url().replace("http:", "ws:") + "/",
                "--trust",
                trust().toString()))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "EXPIRED_PCK, 3, CERTIFICATE",
    "OTHER_QE_IDENTITY, 3, QUOTING_ENCLAVE",
    "EXPIRED_COLLATERAL, 4, COLLATERAL_STALE",
    "OTHER_TCB_INFO, 4, COLLATERAL_MISMATCH",
    "REVOKED_PCK, 5, REVOKED",
    "REVOKED_AUTHORITY, 5, REVOKED",
    "TCB_RECOVERY, 6, TCB_STATUS",
    "OLD_QUOTING_ENCLAVE, 6, TCB_STATUS",
    "UNSUPPORTED_TCB, 6, TCB_STATUS",
    "DEBUG, 7, DEBUG"
  })
  void eachConditionHasItsFindingAndExitCode(Condition condition, int exitCode, Fault fault)
      throws IOException {
    serve(condition);
    assertThat(verify()).isEqualTo(exitCode);
    assertThat(out).startsWith("REJECTED");
    assertThat(verify("--json")).isEqualTo(exitCode);
    assertThat(out).contains("\"fault\":\"" + fault + "\"");
  }

  @Test
  void theLowestExitCodeWins() throws IOException {
    serve(Condition.DEBUG, Condition.TCB_RECOVERY, Condition.REVOKED_PCK);
    assertThat(verify()).isEqualTo(5);
  }

  @Test
  void anotherMeasurementThanThePolicysIsRefused() throws IOException {
    serve();
    String policy = Files.readString(trust());
    int at = policy.indexOf("measurement: ") + "measurement: ".length();
    Files.writeString(
        trust(), policy.substring(0, at) + "0".repeat(64) + policy.substring(at + 64));
    assertThat(verify()).isEqualTo(7);
    assertThat(out).startsWith("REJECTED lookup enclave (authentic, not acceptable)");
  }

  @Test
  void anAnswerThatIsNoOfferIsMalformed() throws IOException {
    serve();
    server.removeContext(Paths.DISCOVERY_OFFER);
    server.createContext(
        Paths.DISCOVERY_OFFER,
        exchange -> {
          exchange.sendResponseHeaders(200, 3);
          exchange.getResponseBody().write(new byte[3]);
          exchange.close();
        });
    assertThat(verify()).isEqualTo(2);
    assertThat(err).contains("malformed");
  }

  @Test
  void aServerThatIsNotThereOrNotReadyIsANetworkError() throws IOException {
    serve();
    server.removeContext(Paths.DISCOVERY_OFFER);
    assertThat(verify("--json")).isEqualTo(10);
    assertThat(out).isEmpty();
    assertThat(err).contains("There is no enclave behind");
    server.stop(0);
    assertThat(verify()).isEqualTo(10);
    assertThat(err).contains("cannot be reached or does not answer").doesNotContain("\tat ");
  }

  @Test
  void wrongUsageIsSaidPlainly() throws IOException {
    assertThat(run("audit", "verify")).isEqualTo(1);
    assertThat(run("audit")).isEqualTo(1);
    assertThat(run("audit", "verify", "--server", url())).isEqualTo(1);
    assertThat(err).contains("--trust");
    serve();
    assertThat(run("audit", "verify", "--server", "here", "--trust", trust().toString()))
        .isEqualTo(1);
    Files.writeString(trust(), "version: 1\nsurprise: true\n");
    assertThat(verify()).isEqualTo(1);
    assertThat(err).contains("Line 2", "surprise");
    assertThat(run("audit", "verify", "--help")).isZero();
    assertThat(out).contains("Examples:", "Exit codes");
  }
}
