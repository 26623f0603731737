package org.blindbook.server.registrations;

/**
 * A state of a store that can be recognised; see {@link RegistrationStore#checkpoint}.
 *
 * @param sequence a store that has the checkpoint has every change up to it
 * @param name {@value #NAME_LENGTH} hex digits made at random, so that no other state has it
 */
public record Checkpoint(long sequence, String name) {
  public static final int NAME_LENGTH = 32;
}
