package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.installation.DataDirectory;

/** The secrets: whether each is there, as long as it should be, and agrees with its other half. */
final class KeysInspection {
  /** A key of the simulated hardware. */
  private static final int FUSE_KEY_BYTES = 32;

  /** Of the evaluator's key as its enclave seals it: salt, key, tag. */
  private static final int SEALED_KEY_BYTES = 32 + 32 + 16;

  private static final int CREDENTIAL_HALF_BYTES = CredentialKey.BYTES / 2;

  /** Keys and certificates of the simulated hardware, each after its length. */
  private static final int PKI_PARTS = 8;

  private static final String RESTORE = "Restore it: blindbook restore.";
  private static final String LOST_ACCOUNTS =
      "Restore it: blindbook restore. With another one every account starts afresh.";

  private final Findings findings;
  private final DataDirectory directory;

  KeysInspection(Findings findings, DataDirectory directory) {
    this.findings = findings;
    this.directory = directory;
  }

  /**
   * @param served whether a server has been here, which makes the keys that it needs
   * @param evaluates whether the installation evaluates
   */
  void look(boolean served, boolean evaluates) throws IOException {
    lookAtCredentials(served);
    lookAtLoaders(served && evaluates);
    if (served) {
      lookAtHardware();
    }
  }

  private void lookAtCredentials(boolean expected) throws IOException {
    Path current = directory.credentialKey();
    Path other = directory.otherCredentialKey();
    boolean has = exists(current, expected || Files.exists(other), LOST_ACCOUNTS);
    boolean hasOther = exists(other, false, RESTORE);
    if (hasOther && hasLength(other, RESTORE, CREDENTIAL_HALF_BYTES, CredentialKey.BYTES)) {
      if (has && !agree(current, other)) {
        for (Path key : List.of(current, other)) {
          findings.problem(
              key,
              "its last 32 bytes differ from those of the other credential key",
              "Restore both: they make the names of accounts, and a server refuses the two.");
        }
      }
      if (has && Files.size(current) != Files.size(other)) {
        findings.note(
            Files.size(current) < Files.size(other) ? current : other,
            "has the first half only",
            "That is meant where a backend mints; else restore it: blindbook restore.");
      }
      findings.ok(other, "is accepted, too");
    }
    if (has && hasLength(current, LOST_ACCOUNTS, CREDENTIAL_HALF_BYTES, CredentialKey.BYTES)) {
      findings.ok(
          current,
          Files.size(current) == CredentialKey.BYTES ? "mints and verifies" : "verifies only");
    }
  }

  private static boolean agree(Path one, Path two) throws IOException {
    byte[] first = Files.readAllBytes(one);
    byte[] second = Files.readAllBytes(two);
    boolean agree = CredentialKey.agreeOnPseudonyms(first, second);
    Arrays.fill(first, (byte) 0);
    Arrays.fill(second, (byte) 0);
    return agree;
  }

  private void lookAtLoaders(boolean expected) throws IOException {
    Path current = directory.loadKey();
    Path other = directory.otherLoadKey();
    String remedy =
        "Restore it, or let blindbook credential --load make another; loaders need new"
            + " credentials.";
    if (exists(current, expected || Files.exists(other), remedy)
        && hasLength(current, remedy, LoadKey.BYTES)) {
      findings.ok(current, "mints and verifies");
    }
    if (exists(other, false, RESTORE) && hasLength(other, RESTORE, LoadKey.BYTES)) {
      findings.ok(other, "is accepted, too");
    }
  }

  private boolean exists(Path file, boolean expected, String remedy) throws IOException {
    return (expected || Files.exists(file)) && findings.isThere(file, remedy);
  }

  private boolean hasLength(Path file, String remedy, int... lengths) throws IOException {
    long length = Files.size(file);
    if (Arrays.stream(lengths).anyMatch(l -> l == length)) {
      return true;
    }
    findings.problem(file, "damaged: not as long as such a key", remedy);
    return false;
  }

  /** The keys that everything sealed opens with. */
  private void lookAtHardware() throws IOException {
    Path fuse = directory.platform().resolve("fuse-key");
    Path pki = directory.platform().resolve("pki");
    String remedy = RESTORE + " With another one nothing opens that was sealed.";
    if (findings.isThere(fuse, remedy) && hasLength(fuse, remedy, FUSE_KEY_BYTES)) {
      findings.ok(fuse, "seals");
    }
    if (findings.isThere(pki, RESTORE)) {
      if (hasParts(Files.readAllBytes(pki))) {
        findings.ok(pki, "signs evidence");
      } else {
        findings.problem(pki, "damaged", RESTORE);
      }
    }
  }

  private static boolean hasParts(byte[] bytes) {
    int at = 0;
    for (int part = 0; part < PKI_PARTS; part++) {
      if (at + 2 > bytes.length) {
        return false;
      }
      at += 2 + ((bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff);
    }
    return at == bytes.length;
  }

  /**
   * The evaluator's key of one epoch.
   *
   * @param used whether something was loaded that needs it
   */
  void lookAtEvaluator(int epoch, boolean used) throws IOException {
    Path sealed = directory.evaluatorKey(epoch);
    Path open = directory.evaluatorPublicKey(epoch);
    String remedy =
        "Restore it, and the folder platform: without it all users have to be loaded anew.";
    if (!Files.exists(sealed) && !Files.exists(open) && !used) {
      findings.note(sealed, "not made yet", "The next start makes it.");
      return;
    }
    if (findings.isThere(sealed, remedy) && hasLength(sealed, remedy, SEALED_KEY_BYTES)) {
      findings.ok(sealed, "sealed");
    }
    if (findings.isThere(open, "Restore it, or let the next start write it from the sealed key.")) {
      String key = new String(Files.readAllBytes(open), StandardCharsets.ISO_8859_1);
      if (key.matches("[0-9a-f]{64}")) {
        findings.ok(open, "is there");
      } else {
        findings.problem(open, "damaged", "Restore it, or delete it: the next start writes it.");
      }
    }
  }
}
