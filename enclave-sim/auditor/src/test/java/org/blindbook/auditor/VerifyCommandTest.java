package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.blindbook.attestation.Fault;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.platform.Condition;
import org.blindbook.platform.SimulatedHardware;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  private static final byte[] RUNTIME = Sha256.of(new byte[] {1});

  @TempDir Path folder;
  private HttpServer server;
  private SimulatedHardware hardware;
  private String out = "";
  private String err = "";

  /** What a server does with the nonce before it claims it. */
  private interface Claiming {
    Claims claim(Claims claims, byte[] nonce);
  }

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  private byte[] runtime = RUNTIME;
  private String settings = "";
  private Optional<String> settingsShown = Optional.empty();

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void serve(Claiming claiming, Instant keyExpiry, Condition... conditions)
      throws IOException {
    hardware =
        SimulatedHardware.ephemeral(
            new Hardware.Launch("unused", new byte[0], runtime),
            Sha256.of(new byte[] {2}),
            Set.of(conditions),
            Clock.systemUTC());
    Files.writeString(trust(), hardware.policy(LocalDate.parse("2026-11-22")));
    offer(Paths.DISCOVERY_OFFER, claims(keyExpiry), claiming);
  }

  private Claims claims(Instant keyExpiry) {
    return Claims.truncated(
        new byte[32], keyExpiry.getEpochSecond(), Sha256.of(utf8(settings)), runtime);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Offers an enclave on the hardware that serves. */
  private void offer(String path, Claims plain, Claiming claiming) {
    server.createContext(
        path,
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          byte[] nonce = HexFormat.of().parseHex(query.substring("nonce=".length()));
          Claims claims = claiming.claim(plain, nonce);
          Hardware.Evidence evidence = hardware.quote(Arrays.copyOf(claims.digest(), 64));
          byte[] offer =
              new Offer(claims, new byte[0], evidence.quote(), evidence.collateral()).encode();
          offer = shown(offer);
          exchange.sendResponseHeaders(200, offer.length);
          exchange.getResponseBody().write(offer);
          exchange.close();
        });
  }

  /** As the host relays it. */
  private byte[] shown(byte[] offer) throws IOException {
    try {
      return ReceivedOffer.decode(offer)
          .withSettings(utf8(settingsShown.orElse(settings)))
          .encode();
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  private void serve(Condition... conditions) throws IOException {
    serve(Claims::withNonce, inTenMinutes(), conditions);
  }

  private static Instant inTenMinutes() {
    return Instant.now().plusSeconds(600);
  }

  private Claims blinded(DeploymentRole role) {
    return claims(inTenMinutes()).of(new Claims.Blinded(role, 1, new byte[32]));
  }

  private Path trust() {
    return folder.resolve("trust.yaml");
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private int run(String... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true))
            .execute(arguments);
    out = outText.toString();
    err = errText.toString();
    return exitCode;
  }

  private int verify(String... more) {
    String[] arguments = {"audit", "verify", "--server", url(), "--trust", trust().toString()};
    int own = arguments.length;
    arguments = Arrays.copyOf(arguments, own + more.length);
    System.arraycopy(more, 0, arguments, own, more.length);
    return run(arguments);
  }

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
  void savedEvidenceIsJudgedTheSameLater() throws IOException {
    serve();
    String saved = folder.resolve("saved").toString();
    assertThat(verify("--json", "--save", saved)).isZero();
    String live = out;
    server.stop(0);
    String now = Instant.now().toString();
    String[] replay = {
      "audit",
      "verify",
      "--case",
      saved + "/lookup",
      "--policy",
      trust().toString(),
      "--json",
      "--at",
      now
    };
    assertThat(run(replay)).isZero();
    assertThat(out).isEqualTo(live);
    replay[replay.length - 1] = Instant.now().plusSeconds(100L * 24 * 3600).toString();
    assertThat(run(replay)).isEqualTo(4);
    assertThat(run("audit", "verify", "--case", saved + "/lookup")).isEqualTo(3);
  }

  @Test
  void evidenceWithoutThisAuditsNonceIsNotFresh() throws IOException {
    serve((claims, nonce) -> claims, inTenMinutes());
    assertThat(verify("--json")).isEqualTo(8);
    assertThat(out).contains("\"authentic\":false", "\"fault\":\"FRESHNESS\"");
  }

  @Test
  void evidenceForAnotherNonceIsNotFresh() throws IOException {
    serve((claims, nonce) -> claims.withNonce(new byte[32]), inTenMinutes());
    assertThat(verify()).isEqualTo(8);
  }

  @Test
  void aChannelKeyPastItsTimeIsNotFresh() throws IOException {
    serve(Claims::withNonce, Instant.now().minusSeconds(1));
    assertThat(verify()).isEqualTo(8);
    assertThat(out).contains("the channel key's time is over");
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

  @Test
  void aSavedCaseGivesTheSameVerdictUntilItsDocumentsExpire() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    assertThat(verify("--json", "--save", saved.toString())).isZero();
    String live = out;
    String at = err.replaceAll("(?s).* --at (\\S+) .*", "$1");
    String[] again = {
      "audit",
      "verify",
      "--case",
      saved.resolve("lookup").toString(),
      "--policy",
      trust().toString(),
      "--json",
      "--at"
    };
    assertThat(run(with(again, at))).isZero();
    assertThat(out).isEqualTo(live);
    assertThat(run(with(again, Instant.now().plus(Duration.ofDays(365)).toString()))).isEqualTo(4);
    assertThat(out)
        .contains("\"authentic\":false", "COLLATERAL_STALE", "is not valid at this time");
  }

  private static String[] with(String[] arguments, String last) {
    String[] more = Arrays.copyOf(arguments, arguments.length + 1);
    more[arguments.length] = last;
    return more;
  }

  @Test
  void thePolicyCanPinWhatTheClaimsSay() throws IOException {
    serve();
    String policy = Files.readString(trust());
    String settings = HexFormat.of().formatHex(Sha256.of());
    Files.writeString(
        trust(), policy + "settings:\n  - digest: " + settings + "\n    name: these\n");
    assertThat(verify()).isZero();
    assertThat(out).contains("5.8 deployment settings");
    Files.writeString(
        trust(), policy + "settings:\n  - digest: " + "0".repeat(64) + "\n    name: others\n");
    assertThat(verify()).isEqualTo(7);
    Files.writeString(
        trust(), policy + "oprfKeys:\n  - epoch: 1\n    publicKey: " + settings + "\n");
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"OPRF_KEY\"").doesNotContain("notCovered");
  }

  private static final String TABLE = "mode=truncated\ntable.kernel=%s\ntable.threads=2\n";

  @Test
  void theAttestedSettingsAreShownAndPinned() throws IOException {
    settings = TABLE.formatted("vector256");
    serve();
    assertThat(verify()).isZero();
    assertThat(out)
        .containsPattern("5\\.11 table kernel +vector256 +any")
        .containsPattern("5\\.12 table threads +2 +any");
    assertThat(verify("--json")).isZero();
    assertThat(out)
        .contains("\"settings\":{")
        .contains("\"table.kernel\":\"vector256\"", "\"table.threads\":\"2\"");
    String policy = Files.readString(trust());
    Files.writeString(trust(), policy + "kernels: [vector512, vector256]\nmaxThreads: 2\n");
    String saved = folder.resolve("saved").toString();
    assertThat(verify("--save", saved)).isZero();
    assertThat(Path.of(saved, "lookup", "settings.txt")).hasContent(settings);
    Files.writeString(trust(), policy + "kernels: [vector512]\nmaxThreads: 1\n");
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"KERNEL\"", "\"fault\":\"THREADS\"");
    assertThat(run("audit", "explain", "KERNEL")).isZero();
    assertThat(out).contains("inner loops", "Exit code 7");
  }

  @Test
  void settingsThatAreNotTheAttestedOnesAreAFindingAndNotShown() throws IOException {
    settings = TABLE.formatted("plain");
    settingsShown = Optional.of(TABLE.formatted("vector512"));
    serve();
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"SETTINGS\"", "\"settings\":null", "\"stepped\":null");
    assertThat(verify()).isEqualTo(7);
    assertThat(out).contains("Compiled code: the server shows no settings").doesNotContain("5.11");
  }

  @Test
  void codeThatWasSteppedThroughIsNotSpokenOf() throws IOException {
    SteppedCode.Combination known =
        SteppedCode.reviewed().combinations().stream()
            .filter(combination -> combination.image().equals("lookup"))
            .findFirst()
            .orElseThrow();
    settings = TABLE.formatted(known.kernel());
    runtime = HexFormat.of().parseHex(known.runtimeDigest());
    serve();
    assertThat(verify()).isZero();
    assertThat(out).doesNotContain("Compiled code:");
    assertThat(verify("--json")).isZero();
    assertThat(out).contains("\"stepped\":true");
  }

  @Test
  void codeOfAnotherRuntimeIsNotCovered() throws IOException {
    settings = TABLE.formatted("vector512");
    serve();
    assertThat(verify()).isZero();
    assertThat(out.substring(out.indexOf("Not covered")))
        .contains("Compiled code: what this Java runtime makes of the kernel vector512 was never");
    assertThat(verify("--json")).isZero();
    assertThat(out).contains("\"stepped\":false");
  }

  @Test
  void aPolicyIsLinted() throws IOException {
    serve();
    assertThat(run("audit", "policy", "lint", trust().toString())).isZero();
    assertThat(out).contains("can be used", "simulated root", "commit is unknown");
    assertThat(run("audit", "policy", "lint", trust().toString(), "--json")).isZero();
    assertThat(out).startsWith("{\"usable\":true,\"mistake\":null,\"remarks\":[\"It ");
    Files.writeString(trust(), Files.readString(trust()) + "allowDebugging: true\n");
    assertThat(run("audit", "policy", "lint", trust().toString())).isEqualTo(1);
    assertThat(err).containsPattern("Line \\d+ of the policy has the unknown key allowDebugging");
    assertThat(run("audit", "policy", "lint", trust().toString(), "--json")).isEqualTo(1);
    assertThat(out).contains("\"usable\":false", "allowDebugging");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyFindingIsExplained(Fault fault) {
    assertThat(run("audit", "explain", fault.name().toLowerCase(Locale.ROOT))).isZero();
    assertThat(out).startsWith(fault.name()).contains("Exit code " + fault.exitCode());
    assertThat(out.lines().count()).isGreaterThanOrEqualTo(4);
    assertThat(run("audit", "explain", String.valueOf(fault.exitCode()))).isZero();
    assertThat(out).contains(fault.name());
  }

  @Test
  void whatCannotBeExplainedIsSaid() {
    assertThat(run("audit", "explain", "9")).isEqualTo(1);
    assertThat(err).contains("nothing called 9");
    assertThat(run("audit", "explain")).isZero();
    assertThat(out.lines().count()).isGreaterThan(Fault.values().length);
  }

  @Test
  void everyFileOfASavedCaseCanBeInspected() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    verify("--save", saved.toString());
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("quote.bin", "\"quotingEnclave\":{\"mrenclave\"");
    shown.put("tcb_info.json", "\"kind\":\"TCB info\",\"fmspc\":\"b11db00c0000\"");
    shown.put("tcb_chain.pem", "Simulated SGX TCB Signing");
    shown.put("qe_identity.json", "\"kind\":\"QE identity\"");
    shown.put("root_ca.crl.der", "\"kind\":\"revocation list\"");
    shown.put("claims.bin", "\"mode\":\"truncated\",\"channelKey\":\"000000");
    for (Map.Entry<String, String> file : shown.entrySet()) {
      String path = saved.resolve("lookup").resolve(file.getKey()).toString();
      assertThat(run("audit", "inspect", path, "--json")).as(file.getKey() + err).isZero();
      assertThat(out).contains(file.getValue());
      assertThat(run("audit", "inspect", path)).isZero();
      assertThat(out).startsWith("kind  ");
    }
    Path noise = Files.write(folder.resolve("noise"), new byte[] {1, 2, 3});
    assertThat(run("audit", "inspect", noise.toString())).isEqualTo(2);
    assertThat(err).contains("cannot be shown");
    assertThat(run("audit", "inspect", folder.resolve("absent").toString())).isEqualTo(1);
  }

  private static Path genuine(String name) {
    String set = System.getenv("BLINDBOOK_VECTORS");
    Path vectors =
        set != null
            ? Path.of(set)
            : Path.of(System.getProperty("blindbook.home", ".")).resolve("../shared/vectors");
    assumeTrue(Files.isDirectory(vectors), "no vectors: set BLINDBOOK_VECTORS to their folder");
    return vectors
        .resolve(name.startsWith("snp-") ? "attestation/snp" : "attestation/sgx-tdx")
        .resolve(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1781983385", "2026-06-20T19:23:05Z"})
  void aGenuineCaseIsJudgedAsOfAnInstant(String instant) {
    String folder = genuine("signal-cdsi-2026-06").toString();
    assertThat(run("audit", "verify", "--case", folder, "--at", instant, "--json")).isZero();
    assertThat(out)
        .contains("\"authentic\":true", "\"status\":\"SWHardeningNeeded\"")
        .contains("\"advisories\":[\"INTEL-SA-00615\"]", "\"limitedBy\":\"qeIdentity\"");
    assertThat(run("audit", "verify", "--case", folder, "--at", "1780687623")).isEqualTo(4);
    assertThat(run("audit", "verify", "--case", folder, "--at", instant)).isZero();
    assertThat(out).startsWith("AUTHENTIC (no policy given");
  }

  @ParameterizedTest
  @CsvSource({
    "oasis-sgx-v3, 1672614773, 4, no revocation lists",
    "oasis-sgx-v3-badcerts, 1672614773, 3, TCB info by another key",
    "phala-sgx-v3, 1751624924, 0, up to date",
    "phala-tdx-v4, 1751624191, 0, up to date",
    "oasis-tdx-v4, 1726556794, 4, no revocation lists",
    "oasis-tdx-v4-trailing, 1727341208, 4, no revocation lists",
    "oasis-tdx-v4-fmspc-mismatch, 1726556794, 4, TCB info of another platform",
    "google-tdx-v4-unsupported-tcb, 1687939438, 6, NotSupported",
    "lunal-tdx-v5-unsupported-tcb, 1774995607, 6, NotSupported",
    "snp-milan-v2-google, 1735689600, 7, debug",
    "snp-genoa-v3-microsoft, 1774995607, 0, sound",
    "snp-genoa-v5-lunal, 1774995607, 0, sound",
    "snp-genoa-v5-lunal, 2000000000, 3, certificate expired",
    "snp-negative-invalid-vcek, 1735689600, 3, signed by another key"
  })
  void eachGenuineCaseHasItsExitCode(String name, String instant, int exitCode, String why) {
    String folder = genuine(name).toString();
    assertThat(run("audit", "verify", "--case", folder, "--at", instant, "--json"))
        .as(why)
        .isEqualTo(exitCode);
    assertThat(out).contains("\"authentic\":" + (exitCode == 0 || exitCode > 5));
  }

  @Test
  void aGuestsReportIsShownWithWhatItLeavesOpen() {
    String folder = genuine("snp-genoa-v5-lunal").toString();
    String[] arguments = {"audit", "verify", "--case", folder, "--at", "2026-11-22T00:00:00Z"};
    assertThat(run(arguments)).isZero();
    assertThat(out)
        .contains("AMD SEV-SNP report version 5", "bootloader 10, TEE 0, SNP 27,")
        .contains("Revocation: no revocation list", "a whole virtual machine");
  }

  @Test
  void aFolderWithEvidenceOfTwoKindsIsRefused() throws IOException {
    Files.write(folder.resolve("quote.bin"), new byte[1]);
    Files.write(folder.resolve("report.bin"), new byte[1]);
    assertThat(run("audit", "verify", "--case", folder.toString())).isEqualTo(1);
    assertThat(err).contains("remove one");
  }
}
