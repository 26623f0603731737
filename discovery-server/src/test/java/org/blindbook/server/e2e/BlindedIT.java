package org.blindbook.server.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A blinded deployment through its own processes: loading, evaluation, lookup, restart, traces. */
@ExtendWith(BlindedInstallation.Shared.class)
class BlindedIT {
  /** Of a deployment without recent registrations. */
  private static final List<EnclaveRole> ROLES = List.of(EnclaveRole.LOOKUP, EnclaveRole.EVALUATOR);

  private static final int REGISTERED = 2_000;

  /** Every so many-th user is searched for. */
  private static final int USERS_STEP = 10;

  /** What the search finds in one process or the other, because it is there. */
  private static final String KEY_AS_TEXT = "the evaluator's public key as text";

  private static final String KEY = "the evaluator's public key";
  private static final String PLATFORM = "the platform's folder";

  @TempDir Path folder;
  @TempDir Path operator;

  private final Map<Integer, LookupKey> keys = new LinkedHashMap<>();

  private Path file(String name, int from, int to) throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    Numbers.registrations(from, to).forEach((number, account) -> lines.add(number + "," + account));
    return Files.write(operator.resolve(name), lines);
  }

  private static JsonObject load(Deployment deployment, Path file, String... options)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("load", "--data-dir"));
    command.addAll(List.of(deployment.data().toString(), "--json", file.toString()));
    command.addAll(List.of(options));
    return new JsonObject(deployment.run(command.toArray(String[]::new)));
  }

  private void discover(Deployment deployment, int from, int to) throws Exception {
    List<Identifier> contacts = Numbers.identifiers(from, to);
    String credential = deployment.credential(UUID.randomUUID());
    BlindedClient.Request request = BlindedClient.request(1, contacts);
    for (int charged : new int[] {contacts.size(), 0}) {
      List<LookupKey> made;
      try (BlindedClient client = BlindedClient.ofEvaluator(deployment, credential)) {
        assertThat(client.ask(request).charged()).isEqualTo(charged);
        made = client.keys(request);
        assertThat(client.closeCode()).isEqualTo(CloseCode.NORMAL.code());
      }
      try (BlindedClient client = BlindedClient.ofLookup(deployment, credential)) {
        ReceivedResults results = client.lookUp(made);
        for (int i = 0; i < contacts.size(); i++) {
          keys.put(from + i, made.get(i));
          assertThat(results.account(i).isPresent()).isEqualTo(from + i < REGISTERED);
        }
        assertThat(client.closeCode()).isEqualTo(CloseCode.NORMAL.code());
      }
    }
  }

  private static long evaluated(Deployment deployment) throws Exception {
    return deployment.health().getLong("bulkEvaluated");
  }

  @Test
  void usersAreLoadedFoundAndLeaveNoTrace() throws Exception {
    Deployment deployment = Deployment.startWith(folder, List.of("--mode", "blinded"));
    try {
      Path users = file("users.csv", 0, REGISTERED);
      assertThat(load(deployment, users).getInteger("registered")).isEqualTo(REGISTERED);
      assertThat(evaluated(deployment)).isEqualTo(REGISTERED + 1);
      deployment.awaitRecords(REGISTERED);
      discover(deployment, REGISTERED - 20, REGISTERED + 20);
      assertEachRunsItsOwnProgram(deployment);
      assertNoTracesInMemory(deployment);
      CanaryIT.dumpHeap(deployment.host().pid(), folder.resolve("host.hprof"));

      keyedRowsAreNotKeyedAgain(deployment, users);
      theEvaluatorsPlatformMayBeKilled(deployment);
      aWrongEpochIsRefused(deployment);
      whoHasNoLoadCredentialIsRefused(deployment);

      String policy = Files.readString(deployment.trustFile());
      assertThat(deployment.stopServer()).isZero();
      anotherModeIsRefused(deployment);
      deployment.startServer();
      assertThat(Files.readString(deployment.trustFile()).lines().toList())
          .as("the policy pins the same key after a restart")
          .contains(policy.lines().filter(line -> line.contains("publicKey")).findFirst().get());
      discover(deployment, REGISTERED - 5, REGISTERED + 5);
      assertNoTracesInFiles(deployment);
    } finally {
      deployment.close();
    }
    assertThat(folder.resolve("data/evaluator-1.sealed")).exists();
    Files.delete(folder.resolve("data/evaluator-1.sealed"));
    Deployment.Outcome lost =
        deployment.tryRun("serve", "--data-dir", deployment.data().toString(), "--port", "0");
    assertThat(lost.exitCode()).isEqualTo(2);
    assertThat(lost.err()).contains("key").contains("is missing: restore it from a backup");
  }

  /** Two operators: the one who looks up has no key, the one who evaluates has no users. */
  @Test
  void evaluatorAndLookupMayBeTwoServers(BlindedInstallation other) throws Exception {
    Path first = Files.createDirectory(folder.resolve("first"));
    SwappedKey.putOnTheMachineOf(other, first.resolve("data"));
    Path second = Files.createDirectory(folder.resolve("second"));
    try (Deployment evaluator =
        Deployment.startWith(first, List.of("--mode", "blinded", "--role", "evaluator"))) {
      String key = evaluatorKey(evaluator);
      new SwappedKey(other, evaluator).isRefused(Files.createDirectory(folder.resolve("states")));
      try (Deployment lookup =
          Deployment.startWith(
              second, List.of("--mode", "blinded", "--role", "lookup", "--evaluator-key", key))) {
        String credential =
            lookup.run("credential", "--load", "--data-dir", evaluator.data().toString());
        load(
            lookup,
            file("users.csv", 0, 10),
            "--evaluator",
            evaluator.url().toString(),
            "--evaluator-credential",
            credential.strip());
        lookup.awaitRecords(10);
        TraceSearch users = new TraceSearch(UserTraces.all(0, 10, 1));
        ProcessMemory.assumeReadable(evaluator.enclave(EnclaveRole.EVALUATOR));
        for (ProcessHandle process :
            List.of(
                evaluator.host(),
                evaluator.platform(EnclaveRole.EVALUATOR),
                evaluator.enclave(EnclaveRole.EVALUATOR),
                lookup.host(),
                lookup.platform(EnclaveRole.LOOKUP),
                lookup.enclave(EnclaveRole.LOOKUP))) {
          assertThat(ProcessMemory.search(users, process)).as(process.toString()).isEmpty();
        }

        BlindedClient.Request request = BlindedClient.request(1, Numbers.identifiers(5, 15));
        List<LookupKey> made;
        UUID account = UUID.randomUUID();
        try (BlindedClient client =
            BlindedClient.ofEvaluator(evaluator, evaluator.credential(account))) {
          assertThat(client.ask(request).charged()).isEqualTo(10);
          made = client.keys(request);
          assertThat(client.closeCode()).isEqualTo(CloseCode.NORMAL.code());
        }
        try (BlindedClient client = BlindedClient.ofLookup(lookup, lookup.credential(account))) {
          ReceivedResults results = client.lookUp(made);
          for (int i = 0; i < 10; i++) {
            assertThat(results.account(i).isPresent()).isEqualTo(i < 5);
          }
        }
        try (BlindedClient client = BlindedClient.ofLookup(lookup, lookup.credential(account))) {
          assertThat(client.refused(request.bytes())).isEqualTo(CloseCode.BAD_REQUEST.code());
        }
        assertThat(lookup.data().resolve("evaluator-1.sealed")).doesNotExist();
        assertThat(lookup.data().resolve("load.key")).doesNotExist();
      }
    }
  }

  private void keyedRowsAreNotKeyedAgain(Deployment deployment, Path users) throws Exception {
    long before = evaluated(deployment);
    assertThat(load(deployment, users).getInteger("unchanged")).isEqualTo(REGISTERED);
    assertThat(evaluated(deployment)).as("the file's name only").isEqualTo(before + 1);

    Files.write(
        users, List.of(Numbers.text(90_000) + "," + Numbers.account(1)), StandardOpenOption.APPEND);
    JsonObject grown = load(deployment, users);
    assertThat(grown.getInteger("registered")).isEqualTo(1);
    assertThat(evaluated(deployment)).as("one row, two names").isEqualTo(before + 4);

    Path left =
        Files.write(operator.resolve("left.csv"), List.of("identifier", Numbers.text(90_000)));
    assertThat(load(deployment, left, "--delete").getInteger("deleted")).isEqualTo(1);
    before = evaluated(deployment);
    assertThat(load(deployment, users).getInteger("registered"))
        .as("after another load nothing is taken for granted")
        .isEqualTo(1);
    assertThat(evaluated(deployment)).isGreaterThan(before + REGISTERED);
    load(deployment, left, "--delete");
    deployment.awaitRecords(REGISTERED);
  }

  /** It is noticed and told of it alone, and is replaced; the enclave ends with its platform. */
  private static void theEvaluatorsPlatformMayBeKilled(Deployment deployment) throws Exception {
    ProcessHandle enclave = deployment.enclave(EnclaveRole.EVALUATOR);
    Deployment.kill(deployment.platform(EnclaveRole.EVALUATOR));
    long noticedBy = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    JsonObject epoch = deployment.health().getJsonArray("epochs").getJsonObject(0);
    while (epoch.getJsonObject("evaluator").getBoolean("ready")) {
      assertThat(System.nanoTime()).as("time until noticed").isLessThan(noticedBy);
      epoch = deployment.health().getJsonArray("epochs").getJsonObject(0);
    }
    assertThat(epoch.getJsonObject("evaluator").getString("reason")).isNotEmpty();
    assertThat(epoch.getJsonObject("lookup").getBoolean("ready")).isTrue();
    deployment.awaitReady();
    assertThat(enclave.isAlive()).as("the enclave of the platform that was killed").isFalse();
  }

  private static void aWrongEpochIsRefused(Deployment deployment) throws Exception {
    BlindedClient.Request request = BlindedClient.request(2, Numbers.identifiers(0, 3));
    try (BlindedClient client =
        BlindedClient.ofEvaluator(deployment, deployment.credential(UUID.randomUUID()))) {
      assertThat(client.refused(request.bytes())).isEqualTo(CloseCode.WRONG_EPOCH.code());
    }
  }

  private void whoHasNoLoadCredentialIsRefused(Deployment deployment) throws Exception {
    String credential = deployment.credential(UUID.randomUUID());
    Path one = file("one.csv", 5, 6);
    Deployment.Outcome outcome =
        deployment.tryRun(
            "load",
            "--data-dir",
            deployment.data().toString(),
            "--evaluator-credential",
            credential,
            one.toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("does not accept the load credential");
  }

  private static void anotherModeIsRefused(Deployment deployment) throws Exception {
    for (List<String> other :
        List.of(List.of("--mode", "truncated"), List.of("--role", "evaluator"))) {
      List<String> command = new ArrayList<>(List.of("serve", "--port", "0", "--data-dir"));
      command.add(deployment.data().toString());
      command.addAll(other);
      Deployment.Outcome outcome = deployment.tryRun(command.toArray(String[]::new));
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.err()).contains("mode blinded, role both, epoch 1");
    }
  }

  /** By the jars that its process has open: what it does not hold, it cannot run. */
  private static void assertEachRunsItsOwnProgram(Deployment deployment) throws Exception {
    for (EnclaveRole role : ROLES) {
      EnclaveRole other = role == EnclaveRole.LOOKUP ? EnclaveRole.EVALUATOR : EnclaveRole.LOOKUP;
      assertThat(ProcessMemory.openJars(deployment.enclave(role)))
          .as(role.label())
          .anyMatch(jar -> jar.startsWith("enclave-" + role.label()))
          .noneMatch(jar -> jar.startsWith("enclave-" + other.label()))
          .noneMatch(jar -> role == EnclaveRole.LOOKUP && jar.startsWith("bcprov"));
    }
  }

  /**
   * Neither the host nor a platform nor an enclave ever held anything of a user by which somebody
   * without the evaluator could recognise them: who loads and who asks blind. What the search can
   * find, it finds.
   */
  private void assertNoTracesInMemory(Deployment deployment) throws Exception {
    ProcessMemory.assumeReadable(deployment.enclave(EnclaveRole.LOOKUP));
    Map<String, byte[]> traces = UserTraces.all(0, REGISTERED, USERS_STEP);
    traces.putAll(UserTraces.all(REGISTERED, REGISTERED + 20, 1));
    String key = evaluatorKey(deployment);
    String platform = deployment.data().resolve("platform").toString();
    traces.put(KEY_AS_TEXT, key.getBytes(US_ASCII));
    traces.put(KEY, HexFormat.of().parseHex(key));
    traces.put(PLATFORM, platform.getBytes(US_ASCII));
    TraceSearch search = new TraceSearch(traces);

    assertOnlyControls(search, deployment.host(), KEY_AS_TEXT);
    for (EnclaveRole role : ROLES) {
      assertOnlyControls(search, deployment.platform(role), PLATFORM);
      assertOnlyControls(search, deployment.enclave(role), KEY);
    }
  }

  private static void assertOnlyControls(TraceSearch search, ProcessHandle process, String control)
      throws Exception {
    assertThat(ProcessMemory.search(search, process))
        .as(process.info().commandLine().orElse(""))
        .contains(control)
        .allMatch(List.of(KEY_AS_TEXT, KEY, PLATFORM)::contains);
  }

  private static String evaluatorKey(Deployment deployment) throws Exception {
    return Files.readString(deployment.trustFile())
        .replaceAll("(?s).*publicKey: ([0-9a-f]{64}).*", "$1");
  }

  /** Neither the users' numbers nor their plain hashes; what the search can find, it finds. */
  private void assertNoTracesInFiles(Deployment deployment) throws Exception {
    TraceSearch search = new TraceSearch(UserTraces.all(0, REGISTERED, USERS_STEP));
    TraceSearch control = new TraceSearch(Map.of("a user's key", keys.get(REGISTERED - 1).bytes()));
    List<String> found = new ArrayList<>();
    List<String> controlFound = new ArrayList<>();
    for (Path file : deployment.files()) {
      search.in(file).forEach(name -> found.add(name + " in " + folder.relativize(file)));
      if (!control.in(file).isEmpty()) {
        controlFound.add(folder.relativize(file).toString());
      }
    }
    assertThat(found).isEmpty();
    assertThat(controlFound).contains("data/registrations-1.db");
  }
}
