package org.blindbook.server.enclavehost;

/** Told of every enclave that this host runs, before anybody is admitted to it. */
public interface TrustedEnclaves {
  /**
   * @param policy that trusts exactly this enclave, as its platform wrote it: YAML
   * @throws EnclaveStartException when it cannot be kept
   */
  void add(String policy) throws EnclaveStartException;
}
