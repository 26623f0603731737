package org.blindbook.protocol.hardware;

import java.io.IOException;

/**
 * What an enclave can ask of the processor it runs on. Only the enclave holds this interface: the
 * host has no way to ask for a quote over data of its own.
 */
public interface Hardware {
  int REPORT_DATA_BYTES = 64;
  int KEY_BYTES = 32;

  /** What the enclave was started with. */
  Launch launch();

  /**
   * Evidence that binds {@value #REPORT_DATA_BYTES} bytes to this enclave's measurement.
   *
   * @throws IOException when the platform gives none
   */
  Evidence quote(byte[] reportData) throws IOException;

  /** The security version (ISVSVN) that this enclave was signed as. */
  int securityVersion();

  /**
   * A key that only enclaves of the same signer and product, of this security version or a higher
   * one, can derive on this platform (SGX EGETKEY, policy MRSIGNER). Equal labels and versions give
   * equal keys.
   *
   * @param label public, at most 255 bytes
   * @param version whose key is wanted, 0 to {@link #securityVersion}
   * @throws IOException when it is higher, or the platform gives no key
   */
  byte[] sealingKey(byte[] label, int version) throws IOException;

  /**
   * @param socketPath where the enclave listens for the host
   * @param settings the deployment settings, whose digest is attested
   * @param runtimeDigest SHA-256 of the Java runtime the enclave runs on
   */
  record Launch(String socketPath, byte[] settings, byte[] runtimeDigest) {}

  /**
   * @param quote in the platform's own format
   * @param collateral what a verifier needs beside it, in the format of the attestation module
   */
  record Evidence(byte[] quote, byte[] collateral) {}
}
