package org.blindbook.enclave.lookup;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Properties;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.hardware.HardwarePipe;

/** An enclave that only reports what it was started with, beside its socket path, and waits. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Hardware hardware = new HardwarePipe(System.in, System.out);
    HexFormat hex = HexFormat.of();
    Properties report = new Properties();
    report.setProperty("environment", System.getenv().toString());
    report.setProperty(
        "flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    report.setProperty("folder", Path.of("").toAbsolutePath().toString());
    report.setProperty("settings", hex.formatHex(hardware.launch().settings()));
    report.setProperty("runtime", hex.formatHex(hardware.launch().runtimeDigest()));
    byte[] reportData = new byte[Hardware.REPORT_DATA_BYTES];
    reportData[0] = 42;
    Hardware.Evidence evidence = hardware.quote(reportData);
    report.setProperty("quote", hex.formatHex(evidence.quote()));
    report.setProperty("collateral", hex.formatHex(evidence.collateral()));
    report.setProperty("version", String.valueOf(hardware.securityVersion()));
    report.setProperty("sealingKey", hex.formatHex(hardware.sealingKey(new byte[] {1}, 1)));
    report.setProperty("otherSealingKey", hex.formatHex(hardware.sealingKey(new byte[] {2}, 1)));
    report.setProperty("keyOfVersion2", sealingKeyOfVersion2(hardware));
    String refused = "nothing";
    try {
      hardware.quote(new byte[1]);
    } catch (IOException e) {
      refused = "short report data";
    }
    report.setProperty("refused", refused);

    Path file = Path.of(hardware.launch().socketPath() + ".report");
    Path temporary = Path.of(file + ".new");
    try (OutputStream out = Files.newOutputStream(temporary)) {
      report.store(out, "");
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Thread.sleep(60_000);
  }

  private static String sealingKeyOfVersion2(Hardware hardware) {
    try {
      return HexFormat.of().formatHex(hardware.sealingKey(new byte[] {1}, 2));
    } catch (IOException e) {
      return "refused";
    }
  }
}
