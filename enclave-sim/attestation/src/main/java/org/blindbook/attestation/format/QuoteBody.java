package org.blindbook.attestation.format;

/** What a quote is about: one SGX enclave, or one TDX trust domain. */
public sealed interface QuoteBody permits ReportBody, TdReport {
  byte[] encode();

  /** The 64 bytes that the enclave or trust domain chose. */
  byte[] reportData();

  /** Whether a debugger may read its memory. */
  boolean debug();
}
