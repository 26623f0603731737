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
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.CloseCode;
import org.blindbook.protocol.message.Results;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A blinded deployment through its own processes: loading, evaluation, lookup, restart, traces. */
@ExtendWith(BlindedInstallation.Shared.class)
class BlindedIT {
  private static final int REGISTERED = 2_000;

  /** Every so many-th user is searched for. */
  private static final int USERS_STEP = 10;

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
      try (BlindedClient client = new BlindedClient(deployment, credential)) {
        assertThat(client.ask(request).charged()).isEqualTo(charged);
        List<LookupKey> made = client.keys(request);
        Results results = client.lookUp(made);
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
      assertNoTracesInMemory(deployment);
      CanaryIT.dumpHeap(deployment.host().pid(), folder.resolve("host.hprof"));

      keyedRowsAreNotKeyedAgain(deployment, users);
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
        ProcessMemory.assumeReadable(evaluator.enclave());
        for (ProcessHandle process :
            List.of(evaluator.host(), evaluator.platform(), evaluator.enclave(), lookup.host())) {
          assertThat(ProcessMemory.search(users, process)).as(process.toString()).isEmpty();
        }

        BlindedClient.Request request = BlindedClient.request(1, Numbers.identifiers(5, 15));
        List<LookupKey> made;
        UUID account = UUID.randomUUID();
        try (BlindedClient client = new BlindedClient(evaluator, evaluator.credential(account))) {
          assertThat(client.ask(request).charged()).isEqualTo(10);
          made = client.keys(request);
          assertThat(client.closeCode()).isEqualTo(CloseCode.NORMAL.code());
        }
        try (BlindedClient client = new BlindedClient(lookup, lookup.credential(account))) {
          Results results = client.lookUp(made);
          for (int i = 0; i < 10; i++) {
            assertThat(results.account(i).isPresent()).isEqualTo(i < 5);
          }
        }
        try (BlindedClient client = new BlindedClient(lookup, lookup.credential(account))) {
          assertThat(client.refused(request.bytes())).isEqualTo(CloseCode.WRONG_ROLE.code());
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

  private static void aWrongEpochIsRefused(Deployment deployment) throws Exception {
    BlindedClient.Request request = BlindedClient.request(2, Numbers.identifiers(0, 3));
    try (BlindedClient client =
        new BlindedClient(deployment, deployment.credential(UUID.randomUUID()))) {
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

  /**
   * The host and the platform never held anything of a user; the enclave keeps no plain hash of
   * one, and nothing at all of whoever was only asked for. What the search can find, it finds.
   */
  private void assertNoTracesInMemory(Deployment deployment) throws Exception {
    ProcessMemory.assumeReadable(deployment.enclave());
    Map<String, byte[]> traces = UserTraces.all(0, REGISTERED, USERS_STEP);
    traces.putAll(UserTraces.all(REGISTERED, REGISTERED + 20, 1));
    String key = evaluatorKey(deployment);
    traces.put("control: the evaluator's key as text", key.getBytes(US_ASCII));
    traces.put("control: the evaluator's key", HexFormat.of().parseHex(key));
    Path platform = deployment.data().resolve("platform");
    traces.put("control: the platform's folder", platform.toString().getBytes(US_ASCII));
    TraceSearch search = new TraceSearch(traces);

    assertThat(ProcessMemory.search(search, deployment.host()))
        .contains("control: the evaluator's key as text")
        .allMatch(name -> name.startsWith("control"));
    assertThat(ProcessMemory.search(search, deployment.platform()))
        .contains("control: the platform's folder")
        .allMatch(name -> name.startsWith("control"));
    Set<String> inEnclave = new TreeSet<>(ProcessMemory.search(search, deployment.enclave()));
    assertThat(inEnclave).contains("control: the evaluator's key");
    // A garbage collection may copy the batches that are open just then; all else is wiped.
    Set<String> given = UserTraces.digits(0, REGISTERED, USERS_STEP).keySet();
    assertThat(inEnclave.stream().filter(given::contains))
        .as("registered users who are left in the enclave's memory")
        .hasSizeLessThan(REGISTERED / USERS_STEP / 2);
    inEnclave.removeAll(given);
    assertThat(inEnclave).allMatch(name -> name.startsWith("control"));
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
