package org.blindbook.server.recovery;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.server.installation.Deployment;

/**
 * What a backup holds, as its file {@code manifest.json} says: JSON, with the digest of itself at
 * the end, so that damage to it is seen as well.
 *
 * @param made when the backup was begun: what was acknowledged before is in it
 * @param stores how many are registered, by epoch
 * @param files everything in the backup except the manifest
 */
public record BackupManifest(Instant made, List<Store> stores, List<Entry> files) {
  static final String NAME = "manifest.json";

  /** Of a form that a later version changes; that version reads both. */
  private static final int FORMAT = 1;

  /** A file of the data directory, or of a folder in it, and nothing elsewhere. */
  private static final Pattern FILE =
      Pattern.compile("(?:[a-z]+/)?[A-Za-z0-9][A-Za-z0-9._-]{0,100}");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** What is longer is no manifest. */
  static final int MAX_BYTES = 1 << 20;

  /**
   * @param epoch {@link Deployment#NO_EPOCH} in mode truncated
   * @param registered keys that are registered
   * @param head the highest sequence number
   */
  public record Store(int epoch, long registered, long head) {}

  /**
   * @param name from the data directory on, with {@code /} between
   * @param sha256 in lower-case hexadecimal
   */
  public record Entry(String name, long bytes, String sha256) {}

  /** How large the backup is. */
  public long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /** As it is written. */
  byte[] encode() {
    JsonArray storeList = new JsonArray();
    for (Store store : stores) {
      JsonObject fields = new JsonObject();
      if (store.epoch != Deployment.NO_EPOCH) {
        fields.put("epoch", store.epoch);
      }
      storeList.add(fields.put("registered", store.registered).put("sequence", store.head));
    }
    JsonArray fileList = new JsonArray();
    for (Entry file : files) {
      fileList.add(
          new JsonObject()
              .put("name", file.name)
              .put("bytes", file.bytes)
              .put("sha256", file.sha256));
    }
    JsonObject content =
        new JsonObject()
            .put("format", FORMAT)
            .put("made", made.toString())
            .put("stores", storeList)
            .put("files", fileList);
    return (new JsonObject().put("backup", content).put("sha256", digest(content)).encode() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(JsonObject content) {
    return DigestUtils.sha256Hex(content.encode());
  }

  /** Empty unless it is what {@link #encode} made; a name in it leads to no other place. */
  static Optional<BackupManifest> parse(byte[] bytes) {
    try {
      JsonObject whole = new JsonObject(new String(bytes, StandardCharsets.UTF_8));
      JsonObject content = whole.getJsonObject("backup");
      BackupManifest manifest =
          new BackupManifest(
              Instant.parse(content.getString("made")),
              content.getJsonArray("stores").stream().map(BackupManifest::store).toList(),
              content.getJsonArray("files").stream().map(BackupManifest::file).toList());
      boolean isOurs =
          digest(content).equals(whole.getString("sha256"))
              && content.getInteger("format") == FORMAT
              && manifest.hasPossibleNames();
      return isOurs ? Optional.of(manifest) : Optional.empty();
    } catch (DecodeException
        | DateTimeException
        | ClassCastException
        | NullPointerException
        | IllegalArgumentException e) {
      return Optional.empty(); // a field is missing or of another type
    }
  }

  /** Whether it is a manifest that a later version made. */
  static boolean isOfAnotherFormat(byte[] bytes) {
    try {
      JsonObject whole = new JsonObject(new String(bytes, StandardCharsets.UTF_8));
      JsonObject content = whole.getJsonObject("backup");
      return digest(content).equals(whole.getString("sha256"))
          && content.getInteger("format") != FORMAT;
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      return false;
    }
  }

  private static Store store(Object value) {
    JsonObject fields = (JsonObject) value;
    return new Store(
        fields.getInteger("epoch", Deployment.NO_EPOCH),
        fields.getLong("registered"),
        fields.getLong("sequence"));
  }

  private static Entry file(Object value) {
    JsonObject fields = (JsonObject) value;
    return new Entry(fields.getString("name"), fields.getLong("bytes"), fields.getString("sha256"));
  }

  private boolean hasPossibleNames() {
    Set<String> names = new HashSet<>();
    return files.stream()
        .allMatch(
            file ->
                FILE.matcher(file.name).matches()
                    && !file.name.equals(NAME)
                    && file.bytes >= 0
                    && SHA256.matcher(file.sha256).matches()
                    && names.add(file.name));
  }
}
