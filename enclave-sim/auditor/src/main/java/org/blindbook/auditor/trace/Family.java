package org.blindbook.auditor.trace;

import java.util.List;

/**
 * Inputs of one public shape: whoever watches may not tell one from another.
 *
 * @param about one sentence: what differs
 * @param inputs at least two; all are compared with the first
 */
public record Family(String name, String about, List<Input> inputs) {}
