package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.hardware.HardwarePipe;
import org.junit.jupiter.api.Test;

class HardwarePipeTest {
  /** Hardware that answers with its arguments, and has no quote for data that begins with 1. */
  private static final class Echo implements Hardware {
    @Override
    public Launch launch() {
      return new Launch("/a/socket", new byte[] {1}, new byte[] {2, 3});
    }

    @Override
    public Evidence quote(byte[] reportData) throws IOException {
      if (reportData[0] == 1) {
        throw new IOException("no");
      }
      return new Evidence(reportData, new byte[0]);
    }

    @Override
    public int securityVersion() {
      return 0xfedc;
    }

    @Override
    public byte[] sealingKey(byte[] label, int version) {
      return new byte[] {(byte) (version >> 8), (byte) version, label[0]};
    }
  }

  @Test
  void theEnclaveReachesItsHardwareThroughThePipe() throws Exception {
    PipedOutputStream toEnclave = new PipedOutputStream();
    PipedInputStream atEnclave = new PipedInputStream(toEnclave);
    PipedOutputStream toPlatform = new PipedOutputStream();
    PipedInputStream atPlatform = new PipedInputStream(toPlatform);
    Thread platform =
        new Thread(
            () -> {
              try {
                PipeServer.serve(new Echo(), atPlatform, toEnclave);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    platform.start();
    HardwarePipe pipe = new HardwarePipe(atEnclave, toPlatform);
    assertThat(pipe.launch().socketPath()).isEqualTo("/a/socket");
    assertThat(pipe.launch().runtimeDigest()).containsExactly(2, 3);
    assertThat(pipe.quote(new byte[] {7, 8}).quote()).containsExactly(7, 8);
    assertThatThrownBy(() -> pipe.quote(new byte[] {1})).isInstanceOf(IOException.class);
    assertThat(pipe.sealingKey(new byte[] {5}, 0xabcd)).containsExactly(0xab, 0xcd, 5);
    assertThat(pipe.securityVersion()).isEqualTo(0xfedc);
    toPlatform.close();
    platform.join(5_000);
    assertThat(platform.isAlive()).isFalse();
  }
}
