package org.blindbook.loadtest.measurement;

/**
 * Contacts whose answer was wrong, in all discoveries.
 *
 * @param missing registered, and not found
 * @param invented not registered, and found
 * @param mistaken found with another account than theirs
 */
public record WrongContacts(long missing, long invented, long mistaken) {}
