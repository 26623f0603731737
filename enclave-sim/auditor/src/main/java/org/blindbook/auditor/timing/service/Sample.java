package org.blindbook.auditor.timing.service;

/**
 * One measurement, of sessions that ask at the same time: to the last answer, and for all of them.
 *
 * @param tokenReply nanoseconds, see {@link Quantity#TOKEN_REPLY}
 * @param results nanoseconds, see {@link Quantity#RESULTS}
 * @param enclaveCpu nanoseconds, see {@link Quantity#ENCLAVE_CPU}
 */
public record Sample(long tokenReply, long results, long enclaveCpu) {
  long nanos(Quantity quantity) {
    return switch (quantity) {
      case TOKEN_REPLY -> tokenReply;
      case RESULTS -> results;
      case ENCLAVE_CPU -> enclaveCpu;
    };
  }
}
