package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.protocol.hardware.Hardware;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of real files, with a kernel of ours behind them. */
class ConfigfsTsmTest {
  private static final byte[] EMPTY = {};

  @TempDir Path root;

  private static byte[] reportData(int value) {
    byte[] bytes = new byte[64];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** What the kernel does when an attribute is written or read; files are its memory. */
  private static class FakeKernel extends TsmReportEntry {
    private final String provider;

    FakeKernel(Path folder, String provider) throws IOException {
      super(folder);
      this.provider = provider;
      put("generation", "0\n".getBytes(StandardCharsets.US_ASCII));
      put("provider", (provider + "\n").getBytes(StandardCharsets.US_ASCII));
      put("inblob", EMPTY);
      if (provider.equals("sev_guest")) {
        put("auxblob", EMPTY);
      }
    }

    void put(String attribute, byte[] value) throws IOException {
      Files.write(folder().resolve(attribute), value);
    }

    @Override
    synchronized void write(String attribute, byte[] value) throws IOException {
      super.write(attribute, value);
      long generation =
          Long.parseLong(
              new String(super.read("generation", 64), StandardCharsets.US_ASCII).strip());
      put("generation", (generation + 1 + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    synchronized byte[] read(String attribute, int max) throws IOException {
      if (attribute.equals("outblob")) {
        put("outblob", evidence(super.read("inblob", 64)));
      }
      return super.read(attribute, max);
    }

    /** A TDX quote is not looked at here; a report has its version, algorithm and data. */
    byte[] evidence(byte[] inblob) {
      if (!provider.equals("sev_guest")) {
        return inblob;
      }
      ByteBuffer report = ByteBuffer.allocate(0x4a0).order(ByteOrder.LITTLE_ENDIAN);
      return report.putInt(0, 3).putInt(0x34, 1).put(0x50, inblob).array();
    }

    @Override
    public void close() throws IOException {
      try (Stream<Path> files = Files.list(folder())) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      super.close();
    }
  }

  private ConfigfsTsm source(ConfigfsTsm.Kernel kernel) {
    byte[] part = {1, 2, 3};
    Collateral collateral = new Collateral(part, part, part, part, part, part);
    return new ConfigfsTsm(root, kernel, () -> collateral, new SecureRandom());
  }

  @Test
  void aTdxQuoteTravelsWithTheCollateralThatWasFetched() throws IOException {
    Hardware.Evidence evidence =
        source(folder -> new FakeKernel(folder, "tdx_guest")).quote(reportData(7));
    assertThat(evidence.quote()).isEqualTo(reportData(7));
    assertThat(evidence.collateral()).startsWith("BBC1".getBytes(StandardCharsets.US_ASCII));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aReportTravelsWithTheHostsCertificates() throws Exception {
    UUID vcek = UUID.fromString("63da758d-e664-4564-adc5-f4b93be8accd");
    UUID ask = UUID.fromString("4ab7b379-bbac-4fe4-a02f-05aef327c782");
    ByteBuffer table =
        ByteBuffer.allocate(3 * 24 + 3)
            .putLong(vcek.getMostSignificantBits())
            .putLong(vcek.getLeastSignificantBits())
            .put(new byte[] {72, 0, 0, 0, 2, 0, 0, 0})
            .putLong(ask.getMostSignificantBits())
            .putLong(ask.getLeastSignificantBits())
            .put(new byte[] {74, 0, 0, 0, 1, 0, 0, 0})
            .put(new byte[24])
            .put(new byte[] {10, 11, 12});
    Hardware.Evidence evidence =
        source(
                folder -> {
                  FakeKernel kernel = new FakeKernel(folder, "sev_guest");
                  kernel.put("auxblob", table.array());
                  return kernel;
                })
            .quote(reportData(7));
    assertThat(Arrays.copyOfRange(evidence.quote(), 0x50, 0x90)).isEqualTo(reportData(7));
    SnpCollateral collateral = SnpCollateral.decode(evidence.collateral());
    assertThat(collateral.vek()).containsExactly(10, 11);
    assertThat(collateral.ask()).containsExactly(12);
    assertThat(collateral.ark()).isEmpty();
  }

  @Test
  void anotherProcessNeverGetsItsDataIntoOurEvidence() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    ConcurrentLinkedQueue<FakeKernel> entries = new ConcurrentLinkedQueue<>();
    AtomicInteger foreign = new AtomicInteger();
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    for (FakeKernel entry : entries) {
                      try {
                        entry.write("inblob", reportData(99));
                        foreign.incrementAndGet();
                      } catch (IOException e) {
                        // The entry is gone.
                      }
                    }
                    pause(1);
                  }
                });
    ConfigfsTsm source =
        source(
            folder -> {
              FakeKernel entry =
                  new FakeKernel(folder, "tdx_guest") {
                    @Override
                    public synchronized void close() throws IOException {
                      entries.remove(this);
                      super.close();
                    }
                  };
              entries.add(entry);
              return entry;
            });
    int answered = 0;
    try {
      for (int value = 0; value < 60; value++) {
        try {
          assertThat(source.quote(reportData(value)).quote()).isEqualTo(reportData(value));
          answered++;
        } catch (IOException tooBusy) {
          assertThat(tooBusy).hasMessageContaining("keeps writing");
        }
      }
    } finally {
      stop.set(true);
      other.join();
    }
    assertThat(foreign.get()).isPositive();
    assertThat(answered).isPositive();
  }

  @Test
  void aWriteInBetweenIsNoticed() throws IOException {
    AtomicInteger outblobs = new AtomicInteger();
    ConfigfsTsm source =
        source(
            folder ->
                new FakeKernel(folder, "tdx_guest") {
                  @Override
                  synchronized byte[] read(String attribute, int max) throws IOException {
                    if (attribute.equals("outblob") && outblobs.incrementAndGet() <= 2) {
                      write("inblob", reportData(99));
                    }
                    return super.read(attribute, max);
                  }
                });
    assertThat(source.quote(reportData(7)).quote()).isEqualTo(reportData(7));
    assertThat(outblobs).hasValue(3);
  }

  @Test
  void aBusyKernelIsAskedAgainAndNotForever() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    for (int busy : List.of(3, Integer.MAX_VALUE)) {
      asked.set(0);
      ConfigfsTsm source =
          source(
              folder ->
                  new FakeKernel(folder, "tdx_guest") {
                    @Override
                    synchronized void write(String attribute, byte[] value) throws IOException {
                      if (asked.incrementAndGet() <= busy) {
                        throw new IOException("Device or resource busy");
                      }
                      super.write(attribute, value);
                    }
                  });
      if (busy == 3) {
        assertThat(source.quote(reportData(7)).quote()).isEqualTo(reportData(7));
      } else {
        assertThatThrownBy(() -> source.quote(reportData(7)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("busy");
        assertThat(asked).hasValue(ConfigfsTsm.MAX_ATTEMPTS);
      }
      assertThat(root).isEmptyDirectory();
    }
  }

  @Test
  void otherProvidersAndTooLongAnswersAreRefused() {
    assertThatThrownBy(
            () -> source(folder -> new FakeKernel(folder, "arm_cca_guest")).quote(reportData(1)))
        .hasMessageContaining("unknown provider");
    assertThatThrownBy(
            () ->
                source(
                        folder ->
                            new FakeKernel(folder, "tdx_guest") {
                              @Override
                              byte[] evidence(byte[] inblob) {
                                return new byte[1 << 20];
                              }
                            })
                    .quote(reportData(1)))
        .hasMessageContaining("too long");
    assertThatThrownBy(
            () -> source(folder -> new FakeKernel(folder, "tdx_guest")).quote(new byte[63]))
        .hasMessageContaining("64 bytes");
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
