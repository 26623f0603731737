package org.blindbook.server.inspection;

/**
 * What was found of one file.
 *
 * @param file its name, from the directory on
 * @param what in a few words
 * @param remedy what to do, as a sentence; empty when there is nothing to do
 */
public record Finding(String file, Result result, String what, String remedy) {
  /** How bad it is. */
  public enum Result {
    OK,
    /** Of no consequence, or costs time only. */
    NOTE,
    /** Something is lost, or will be when a server starts. */
    PROBLEM
  }

  static Finding ok(String file, String what) {
    return new Finding(file, Result.OK, what, "");
  }

  static Finding note(String file, String what, String remedy) {
    return new Finding(file, Result.NOTE, what, remedy);
  }

  static Finding problem(String file, String what, String remedy) {
    return new Finding(file, Result.PROBLEM, what, remedy);
  }
}
