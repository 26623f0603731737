package org.blindbook.server.recovery;

/** Told how far a long piece of work is. */
public interface Progress {
  /** Nobody is watching. */
  Progress NONE =
      new Progress() {
        @Override
        public void begin(String task, long bytes) {}

        @Override
        public void at(long bytes) {}
      };

  /**
   * @param task a word or two and the file's name
   * @param bytes how much there is to do, about; 0 when that is not known
   */
  void begin(String task, long bytes);

  /** How much of it is done. */
  void at(long bytes);
}
