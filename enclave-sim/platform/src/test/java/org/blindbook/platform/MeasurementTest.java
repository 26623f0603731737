package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {
  @TempDir Path folder;

  /** The expected value comes from a program of ten lines in another language. */
  @Test
  void followsTheRulesOfSgx() {
    byte[] first = Arrays.copyOf("hello".getBytes(StandardCharsets.US_ASCII), 4096);
    byte[] second = new byte[4096];
    for (int i = 0; i < second.length; i++) {
      second[i] = (byte) (i % 251);
    }
    MrEnclave measurement = new MrEnclave(2 * 4096);
    measurement.addPage(first, MrEnclave.READ);
    measurement.addPage(second, MrEnclave.READ_EXECUTE);
    assertThat(HexFormat.of().formatHex(measurement.finish()))
        .isEqualTo("5a95cc6ac2dd4c670e7a84f953e90a0f83b55b0189a97a11c729889ccf905858");
  }

  private String measure(String... namesAndContents) throws IOException, PlatformException {
    Path source = Files.createTempDirectory(folder, "source");
    FakeImage.program(source.resolve("program.jar"), EnclaveProgram.LOOKUP);
    for (int i = 0; i < namesAndContents.length; i += 2) {
      Files.writeString(source.resolve(namesAndContents[i]), namesAndContents[i + 1]);
    }
    Path copy = Files.createTempDirectory(folder, "copy");
    return HexFormat.of().formatHex(EnclaveImage.open(source).copyTo(copy).measure());
  }

  @Test
  void everyByteAndNameCountsAndNothingElse() throws IOException, PlatformException {
    String original = measure("a.jar", "one", "b.jar", "two");
    assertThat(measure("b.jar", "two", "a.jar", "one", "notes.txt", "x")).isEqualTo(original);
    Set<String> different = new HashSet<>(Set.of(original));
    assertThat(different.add(measure("a.jar", "onf", "b.jar", "two"))).isTrue();
    assertThat(different.add(measure("a.jar", "one\0", "b.jar", "two"))).isTrue();
    assertThat(different.add(measure("a.jar", "two", "b.jar", "one"))).isTrue();
    assertThat(different.add(measure("a.jar", "one", "c.jar", "two"))).isTrue();
    assertThat(different.add(measure("a.jar", "one"))).isTrue();
    assertThat(different.add(measure("a.jar", "one", "b.jar", "two", "c.jar", ""))).isTrue();
  }

  @Test
  void everyFlagOfTheCommandLineCounts() throws IOException, PlatformException {
    FakeImage.program(folder.resolve("program.jar"), EnclaveProgram.LOOKUP);
    EnclaveImage image = EnclaveImage.open(folder);
    Set<String> measurements = new HashSet<>();
    List<String> flags = image.arguments().subList(0, image.arguments().indexOf("-cp"));
    assertThat(flags).contains("-XX:+DisableAttachMechanism").hasSizeGreaterThan(10);
    for (int i = 0; i < flags.size(); i++) {
      List<String> changed = new ArrayList<>(flags);
      changed.remove(i);
      measurements.add(HexFormat.of().formatHex(image.withFlags(changed).measure()));
      changed.add(i, flags.get(i) + "x");
      measurements.add(HexFormat.of().formatHex(image.withFlags(changed).measure()));
    }
    measurements.add(HexFormat.of().formatHex(image.measure()));
    assertThat(measurements).hasSize(2 * flags.size() + 1);
    assertThat(image.withFlags(flags).measure()).isEqualTo(image.measure());
  }

  @Test
  void anImageIsOfOneProgramAndSaysWhich() throws IOException, PlatformException {
    FakeImage.program(folder.resolve("one.jar"), EnclaveProgram.EVALUATOR);
    assertThat(EnclaveImage.open(folder).program()).isEqualTo(EnclaveProgram.EVALUATOR);
    FakeImage.program(folder.resolve("two.jar"), EnclaveProgram.LOOKUP);
    assertThatThrownBy(() -> EnclaveImage.open(folder)).isInstanceOf(PlatformException.class);
    Path none = Files.createTempDirectory(folder, "none");
    Files.writeString(none.resolve("a.jar"), "no jar");
    assertThatThrownBy(() -> EnclaveImage.open(none)).isInstanceOf(PlatformException.class);
  }

  /** Programs of one signer: neither may derive the other's keys. */
  @Test
  void everyProgramHasAProductOfItsOwn() {
    assertThat(EnclaveProgram.LOOKUP.product()).isNotEqualTo(EnclaveProgram.EVALUATOR.product());
  }

  @Test
  void theRuntimeDigestIsWhatSha256sumWouldGive() throws IOException {
    Path home = folder.resolve("jdk");
    Files.createDirectories(home.resolve("lib/server"));
    Files.writeString(home.resolve("release"), "25");
    Files.writeString(home.resolve("lib/modules"), "modules");
    Files.writeString(home.resolve("lib/server/libjvm.so"), "jvm");
    Files.writeString(home.resolve("lib/src.zip"), "not part of it");
    StringBuilder lines = new StringBuilder();
    for (String name : new String[] {"release", "lib/modules", "lib/server/libjvm.so"}) {
      byte[] digest = Sha256.of(Files.readAllBytes(home.resolve(name)));
      lines.append(HexFormat.of().formatHex(digest)).append("  ").append(name).append('\n');
    }
    assertThat(RuntimeDigest.of(home))
        .isEqualTo(Sha256.of(lines.toString().getBytes(StandardCharsets.US_ASCII)));
    byte[] before = RuntimeDigest.of(home);
    Files.writeString(home.resolve("lib/server/libjvm.so"), "jvn");
    assertThat(RuntimeDigest.of(home)).isNotEqualTo(before);
  }
}
