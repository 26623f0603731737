package org.blindbook.server.registrations;

/**
 * What the operator agrees to when a file replaces the set of registrations.
 *
 * @param rejects that whoever a rejected row is for is unregistered
 * @param unregisterMany that more than half of all are unregistered
 */
public record ReplaceConsent(boolean rejects, boolean unregisterMany) {}
