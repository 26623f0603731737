package org.blindbook.platform;

import java.io.IOException;
import org.blindbook.protocol.hardware.Hardware;

/** Where evidence comes from: the simulated quoting enclave, or the kernel of a confidential VM. */
interface EvidenceSource {

  /**
   * Evidence that binds {@value Hardware#REPORT_DATA_BYTES} bytes.
   *
   * @throws IOException when there is none to be had
   */
  Hardware.Evidence quote(byte[] reportData) throws IOException;
}
