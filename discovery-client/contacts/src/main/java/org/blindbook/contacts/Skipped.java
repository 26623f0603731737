package org.blindbook.contacts;

/**
 * Something in an address book that could not be read.
 *
 * @param line counted from 1; where a folded line or a row of several lines starts
 * @param reason plain, and without any part of what the line holds
 */
public record Skipped(int line, String reason) {}
