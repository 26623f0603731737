package org.blindbook.server.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be in a file of registrations, and how it may be wrapped. */
class LoadFormatsTest {
  private static final UUID ANNA = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");
  private static final String CSV =
      "identifier,account_id\n+4930123456," + ANNA + "\n+4930123457," + ANNA + "\n";
  private static final String NDJSON =
      """
      {"identifier":"+4930123456","account_id":"%s"}

      {"account_id":"%s","identifier":"+49 30 123457"}
      """
          .formatted(ANNA, ANNA);

  @TempDir Path temp;

  private CommandRun load(Path file, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "load",
                "--data-dir",
                temp.resolve("data").toString(),
                "--mode",
                "truncated",
                file.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private CommandRun load(byte[] content, String... more) throws IOException {
    return load(Files.write(temp.resolve("users.csv"), content), more);
  }

  private CommandRun pipe(InputStream in, String... more) {
    InputStream before = System.in;
    System.setIn(in);
    try {
      return load(Path.of("-"), more);
    } finally {
      System.setIn(before);
    }
  }

  private long registered() throws Exception {
    try (RegistrationStore store =
        RegistrationStore.sqlite(temp.resolve("data").resolve("registrations.db"))) {
      return store.registered();
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** With a checksum, as its command line writes it. */
  private static byte[] zstd(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
      out.setChecksum(true);
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toByteArray();
  }

  /** Tells one byte more at a time than nothing, as a slow pipe does. */
  private static InputStream slowly(byte[] content) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, 1));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }

  @Test
  void takesPlainGzipAndZstdByContent() throws Exception {
    String half = CSV.substring(0, 40);
    String rest = CSV.substring(40);
    byte[] skipped = {0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7};
    for (byte[] content :
        List.of(
            CSV.getBytes(UTF_8),
            gzip(CSV),
            joined(gzip(half), gzip(""), gzip(rest)),
            zstd(CSV),
            joined(skipped, zstd(half), zstd(rest)),
            NDJSON.getBytes(UTF_8),
            gzip("\uFEFF" + NDJSON),
            zstd(NDJSON))) {
      load("identifier\n+4930123456\n+4930123457\n".getBytes(UTF_8), "--delete");
      assertThat(registered()).isZero();
      CommandRun run = load(content);
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(registered()).isEqualTo(2);
    }
  }

  @Test
  void takesStandardInputHoweverItComes() throws Exception {
    for (byte[] content :
        List.of(
            CSV.getBytes(UTF_8),
            joined(gzip(CSV.substring(0, 40)), gzip(CSV.substring(40))),
            joined(zstd(CSV.substring(0, 40)), zstd(CSV.substring(40))),
            NDJSON.getBytes(UTF_8))) {
      load("identifier\n+4930123456\n+4930123457\n".getBytes(UTF_8), "--delete");
      CommandRun run = pipe(slowly(content));
      assertThat(run.err()).isEmpty();
      assertThat(registered()).isEqualTo(2);
    }
    assertThat(pipe(InputStream.nullInputStream()).err())
        .startsWith("blindbook: The first line of Standard input must be ");
  }

  @Test
  void aCutOrDamagedFileIsASentenceWhereverTheDamageIs() throws Exception {
    for (byte[] whole : List.of(gzip(CSV), zstd(CSV))) {
      byte[] wrong = whole.clone();
      wrong[whole.length / 2] ^= 0x55;
      List<byte[]> damaged = new ArrayList<>(List.of(wrong));
      for (int length = 4; length < whole.length; length++) {
        damaged.add(Arrays.copyOf(whole, length));
      }
      damaged.add(joined(whole, "garbage".getBytes(UTF_8)));
      damaged.add(joined(whole, Arrays.copyOf(whole, 9)));
      for (byte[] content : damaged) {
        CommandRun run = load(content);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
            .contains("is compressed, and cut off or damaged: get it again")
            .hasLineCount(1);
      }
    }
  }

  @Test
  void rejectsOfNdjsonAreNdjson() throws Exception {
    List<String> bad =
        List.of(
            "{\"identifier\":\"030123456\",\"account_id\":\"" + ANNA + "\"}",
            "{\"identifier\":4930123456,\"account_id\":\"" + ANNA + "\"}",
            "{\"identifier\":\"+4930123458\"}",
            "{\"identifier\":\"+4930123458\",\"account_id\":\"" + ANNA + "\",\"name\":\"x\"}",
            "{\"account_id\":\"" + ANNA + "\"}",
            "{\"identifier\":\"+4930123458\",\"key\":\"00\",\"account_id\":\"" + ANNA + "\"}",
            "{\"identifier\":\"+4930123458\"",
            "[1]",
            "identifier,account_id",
            "{\"identifier\":\"+4915161009001.0\",\"account_id\":\"" + ANNA + "\"}");
    Path file =
        Files.writeString(temp.resolve("users.ndjson.gz"), NDJSON + String.join("\n", bad) + "\n");
    CommandRun run = load(file, "--json");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(registered()).isEqualTo(2);
    Path rejects = temp.resolve("users.rejects.ndjson");
    assertThat(new JsonObject(run.out()).getString("rejects")).isEqualTo(rejects.toString());
    List<String> lines = Files.readAllLines(rejects);
    assertThat(lines).hasSize(bad.size());
    for (int i = 0; i < bad.size(); i++) {
      JsonObject reject = new JsonObject(lines.get(i));
      assertThat(reject.getInteger("line")).isEqualTo(i + 4);
      assertThat(reject.getString("original")).isEqualTo(bad.get(i));
      assertThat(reject.getString("reason")).isNotBlank().doesNotContain("4930123458");
    }
    assertThat(lines.getFirst())
        .contains("\"reason\":\"a phone number must start with + and the country code\"");
    assertThat(lines.get(1)).contains("the field identifier is no string");
    assertThat(lines.getLast()).contains("a spreadsheet has");
  }

  @Test
  void takesLookupKeysAsTheyAre() throws Exception {
    byte[] key = LookupKey.truncated(Identifier.parse("+4930123456")).bytes();
    String hex = Hex.encodeHexString(key);
    CommandRun run =
        load(
            "key,account_id\n%s,%s\n%s,%s\nxyz,%s\n%s,%s\n"
                .formatted(hex, ANNA, "00".repeat(16), ANNA, ANNA, hex.substring(2), ANNA)
                .getBytes(UTF_8));
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(temp.resolve("users.rejects.csv"))
        .content()
        .contains("4,a key has 32 hexadecimal digits,xyz,")
        .contains("5,a key has 32 hexadecimal digits,")
        .hasLineCount(3);
    assertThat(registered()).isEqualTo(2);
    load("identifier\n+49 30 123456\n".getBytes(UTF_8), "--delete");
    assertThat(registered()).as("the key is the number's").isEqualTo(1);
    load("{\"key\":\"%s\"}\n".formatted("00".repeat(16)).getBytes(UTF_8), "--delete");
    assertThat(registered()).isZero();
  }
}
