package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.SigStruct;
import org.junit.jupiter.api.Test;

/** The signature structure of an enclave that others have released. */
class SigStructTest {
  private static final long SEED = 20_261_122;

  private static Path file() throws IOException {
    try (Stream<Path> files = Files.list(Vectors.folder().resolve("attestation/sigstruct"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private static byte[] genuine() throws IOException {
    return Files.readAllBytes(file());
  }

  @Test
  void aReleasedEnclavesSignatureHoldsOverTheMeasurementInItsName() throws Exception {
    SigStruct sigStruct = SigStruct.parse(genuine());
    assertThat(EnclaveSigner.vartimeVerify(sigStruct)).isTrue();
    assertThat(file().getFileName().toString())
        .contains(HexFormat.of().formatHex(sigStruct.enclaveHash()));
    assertThat(sigStruct.date()).isEqualTo(LocalDate.of(2025, 7, 18));
    assertThat(sigStruct.isvProdId()).isEqualTo(1);
    assertThat(sigStruct.isvSvn()).isEqualTo(1);
    assertThat(sigStruct.encode()).isEqualTo(genuine());
    byte[] running = HexFormat.of().parseHex("0400000000000000e700000000000000");
    assertThat(sigStruct.allowsAttributes(running)).isTrue();
    running[0] |= 1 << 4; // PROVISIONKEY
    assertThat(sigStruct.allowsAttributes(running)).isFalse();
  }

  /** The expected value comes from another program. */
  @Test
  void itsSignerIsTheDigestOfTheModulus() throws Exception {
    assertThat(HexFormat.of().formatHex(EnclaveSigner.mrSigner(SigStruct.parse(genuine()))))
        .isEqualTo("fc1ec5b81f576768943b7e25cb967e59117faa793ec147be76d344e6dfeb535b");
  }

  @Test
  void everyByteIsSignedOrOtherwiseChecked() throws IOException {
    byte[] genuine = genuine();
    for (int at = 0; at < genuine.length; at++) {
      byte[] flipped = genuine.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      assertThat(holds(flipped)).as("byte %d", at).isFalse();
    }
  }

  private static boolean holds(byte[] bytes) {
    try {
      return EnclaveSigner.vartimeVerify(SigStruct.parse(bytes));
    } catch (MalformedEvidenceException e) {
      return false;
    }
  }

  @Test
  void otherBytesAreMalformedAndNothingElse() throws IOException {
    byte[] genuine = genuine();
    for (byte[] wrong :
        List.of(
            new byte[0],
            new byte[SigStruct.BYTES],
            Arrays.copyOf(genuine, SigStruct.BYTES - 1),
            Arrays.copyOf(genuine, SigStruct.BYTES + 1))) {
      assertThatThrownBy(() -> SigStruct.parse(wrong))
          .isInstanceOf(MalformedEvidenceException.class);
    }
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[SigStruct.BYTES];
      random.nextBytes(noise);
      System.arraycopy(genuine, 0, noise, 0, random.nextInt(1100));
      assertThat(holds(noise)).as("seed %d, round %d", SEED, i).isFalse();
    }
  }
}
