package org.blindbook.server.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.auth.Verification.Accepted;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SecretRotationTest {
  private static final UUID ACCOUNT = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");
  private static final Duration DAY = CredentialVerifier.DEFAULT_VALIDITY;
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;
  private DataDirectory directory;
  private InstallationKeys keys;
  private final List<Duration> pauses = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(folder);
    keys = new InstallationKeys(directory);
  }

  private SecretRotation rotation() {
    return SecretRotation.ofCredentials(directory, CLOCK, pauses::add);
  }

  private String mint() throws Exception {
    return new CredentialMinter(keys.credentialKey(), CLOCK).mint(ACCOUNT).orElseThrow();
  }

  private static boolean accepts(CredentialKey key, String credential) {
    return new CredentialVerifier(key, DAY, CLOCK).verify(credential) instanceof Accepted;
  }

  private Path current() {
    return folder.resolve("credential.key");
  }

  private Path other() {
    return folder.resolve("credential-other.key");
  }

  @Test
  void bothAreAcceptedAndTheNewOneMints() throws Exception {
    String before = mint();
    byte[] whole = Files.readAllBytes(current());
    rotation().rotate();
    String after = mint();
    assertThat(accepts(keys.credentialKey(), before)).isTrue();
    assertThat(accepts(keys.credentialKey(), after)).isTrue();
    assertThat(accepts(CredentialKey.of(whole.clone()), after)).as("by the old one").isFalse();
    assertThat(Files.readAllBytes(other())).isEqualTo(whole);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other())))
        .isEqualTo("rw-------");
    assertThat(pauses).as("no server runs").isEmpty();

    rotation().retire(true, DAY);
    assertThat(accepts(keys.credentialKey(), before)).isFalse();
    assertThat(accepts(keys.credentialKey(), after)).isTrue();
  }

  /** Another pseudonym would be another account, with fresh permits. */
  @Test
  void theAccountStaysTheSameOverAnyNumberOfRotations() throws Exception {
    String pseudonym = mint().substring(0, 64);
    for (int i = 0; i < 5; i++) {
      rotation().rotate();
      rotation().retire(true, DAY);
      assertThat(mint()).startsWith(pseudonym);
    }
  }

  @Test
  void twoKeysWithDifferentPseudonymsAreRefused() throws Exception {
    mint();
    Files.copy(current(), other());
    Files.write(current(), CredentialKey.generate());
    assertThatThrownBy(this::mint)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("every account would start afresh");
  }

  /** Where the backend mints, the host has the first half only. */
  @Test
  void halfAKeyRotatesToo() throws Exception {
    String before = mint();
    byte[] whole = Files.readAllBytes(current());
    Files.write(current(), Arrays.copyOf(whole, 32));
    rotation().rotate();
    assertThat(current()).hasSize(32);
    byte[] next = whole.clone();
    System.arraycopy(Files.readAllBytes(current()), 0, next, 0, 32);
    String after = new CredentialMinter(CredentialKey.of(next), CLOCK).mint(ACCOUNT).orElseThrow();
    assertThat(accepts(keys.credentialKey(), before)).isTrue();
    assertThat(accepts(keys.credentialKey(), after)).isTrue();
  }

  @Test
  void aRunningServerKnowsTheNewOneBeforeItIsMintedWith() throws Exception {
    String before = mint();
    byte[] old = Files.readAllBytes(current());
    try (ServeLock lock = ServeLock.acquire(directory)) {
      assertThat(lock).isNotNull();
      SecretRotation.ofCredentials(
              directory,
              CLOCK,
              pause -> {
                pauses.add(pause);
                assertThat(current()).hasBinaryContent(old);
                assertThat(other()).hasSize(64);
                assertThat(accepts(unchecked(), before)).isTrue();
              })
          .rotate();
    }
    assertThat(pauses).containsExactly(LiveSecret.TAKEN_OVER_AFTER);
    assertThat(LiveSecret.TAKEN_OVER_AFTER).isGreaterThan(LiveSecret.READ_EVERY.multipliedBy(4));
  }

  private CredentialKey unchecked() {
    try {
      return keys.credentialKey();
    } catch (OperatorException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRotationThatEndsEarlyIsUndone() throws Exception {
    String before = mint();
    byte[] old = Files.readAllBytes(current());
    try (ServeLock lock = ServeLock.acquire(directory)) {
      assertThat(lock).isNotNull();
      SecretRotation dying =
          SecretRotation.ofCredentials(
              directory,
              CLOCK,
              pause -> {
                throw new InterruptedException();
              });
      assertThatThrownBy(dying::rotate).isInstanceOf(InterruptedException.class);
    }
    assertThat(accepts(keys.credentialKey(), before)).isTrue();
    assertThatThrownBy(rotation()::rotate)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("blindbook credential retire");
    rotation().retire(true, DAY);
    assertThat(current()).hasBinaryContent(old);
    rotation().rotate();
  }

  @Test
  void doesNotRetireWhatIsInUse() throws Exception {
    mint();
    assertThatThrownBy(() -> rotation().retire(false, DAY))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("There is no secret to retire");
    rotation().rotate();
    assertThatThrownBy(() -> rotation().retire(false, DAY))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("24 hours");
    InstantSource tomorrow = () -> Instant.now().plus(DAY).plusSeconds(1);
    SecretRotation.ofCredentials(directory, tomorrow, pauses::add).retire(false, DAY);
    assertThat(other()).doesNotExist();
  }

  @Test
  void loadersHaveASecretOfTheirOwn() throws Exception {
    mint();
    byte[] credentials = Files.readAllBytes(current());
    LoadKey first = keys.loadKey();
    String before = new LoadCredential(() -> first, DAY, CLOCK).mint();
    SecretRotation.ofLoaders(directory, CLOCK, pauses::add).rotate();
    LoadKey both = keys.loadKey();
    LoadCredential loaders = new LoadCredential(() -> both, DAY, CLOCK);
    assertThat(loaders.admits(LoadCredential.header(before))).isTrue();
    assertThat(loaders.admits(LoadCredential.header(loaders.mint()))).isTrue();
    assertThat(loaders.mint()).isNotEqualTo(before);
    SecretRotation.ofLoaders(directory, CLOCK, pauses::add).retire(true, DAY);
    LoadKey one = keys.loadKey();
    assertThat(new LoadCredential(() -> one, DAY, CLOCK).admits(LoadCredential.header(before)))
        .isFalse();
    assertThat(current()).hasBinaryContent(credentials);
  }

  @Test
  void aRunningServerFollowsWithinSeconds() throws Exception {
    String before = mint();
    try (LiveSecret<CredentialKey> live = keys.liveCredentialKey()) {
      CredentialVerifier verifier = new CredentialVerifier(live, DAY, CLOCK);
      rotation().rotate();
      String after = mint();
      await()
          .atMost(LiveSecret.TAKEN_OVER_AFTER)
          .until(() -> verifier.verify(after) instanceof Accepted);
      assertThat(verifier.verify(before)).isInstanceOf(Accepted.class);
      rotation().retire(true, DAY);
      await()
          .atMost(LiveSecret.TAKEN_OVER_AFTER)
          .until(() -> !(verifier.verify(before) instanceof Accepted));
      assertThat(verifier.verify(after)).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void filesThatCannotBeUsedAreReportedOnceAndTheOldSecretStays() throws Exception {
    String credential = mint();
    byte[] good = Files.readAllBytes(current());
    Logger logger = (Logger) LoggerFactory.getLogger(LiveSecret.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try (LiveSecret<CredentialKey> live = keys.liveCredentialKey()) {
      CredentialVerifier verifier = new CredentialVerifier(live, DAY, CLOCK);
      Files.write(current(), new byte[31]);
      await().atMost(Duration.ofSeconds(5)).until(() -> errors(log).size() == 1);
      Thread.sleep(3 * LiveSecret.READ_EVERY.toMillis());
      assertThat(errors(log)).hasSize(1);
      assertThat(errors(log).get(0)).contains("stays as it was", "damaged");
      assertThat(verifier.verify(credential)).isInstanceOf(Accepted.class);

      Files.delete(current());
      await().atMost(Duration.ofSeconds(5)).until(() -> errors(log).size() == 2);
      assertThat(errors(log).get(1)).contains("is missing");
      assertThat(current()).as("a new one would lock everybody out").doesNotExist();

      Files.write(current(), good);
      Files.setPosixFilePermissions(current(), PosixFilePermissions.fromString("rw-------"));
      Thread.sleep(3 * LiveSecret.READ_EVERY.toMillis());
      assertThat(errors(log)).hasSize(2);
      assertThat(verifier.verify(credential)).isInstanceOf(Accepted.class);
      Files.write(current(), new byte[31]);
      await().atMost(Duration.ofSeconds(5)).until(() -> errors(log).size() == 3);
    } finally {
      logger.detachAppender(log);
    }
  }

  private static List<String> errors(ListAppender<ILoggingEvent> log) {
    synchronized (log) {
      return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
  }
}
