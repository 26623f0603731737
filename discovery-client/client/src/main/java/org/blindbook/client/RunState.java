package org.blindbook.client;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The state during one call. What was saved last is what a crash now would leave; what is only held
 * is written along with the next save.
 */
final class RunState {
  private final StateFile file;
  private ClientState saved;
  private ClientState current;

  private RunState(StateFile file, ClientState saved) {
    this.file = file;
    this.saved = saved;
    this.current = saved;
  }

  static RunState load(StateFile file, byte[] owner, byte[] device) throws DiscoveryException {
    return new RunState(file, file.load(owner, device));
  }

  ClientState current() {
    return current;
  }

  void hold(ClientState next) {
    current = next;
  }

  void save(ClientState next) throws DiscoveryException {
    file.save(next);
    saved = next;
    current = next;
  }

  /** What a next process would be held to. */
  ClientState saved() {
    return saved;
  }

  /** Saves how services were and are to be dealt with, and nothing else of what is held. */
  void saveConduct(UnaryOperator<ClientState> change) throws DiscoveryException {
    ClientState next = change.apply(saved);
    file.save(next);
    saved = next;
    current = change.apply(current);
  }

  /** Saves what is held, unless the disk has it already. */
  void flush() throws DiscoveryException {
    byte[] before = StateFormat.encode(saved);
    byte[] after = StateFormat.encode(current);
    boolean changed = !Arrays.equals(before, after);
    Arrays.fill(before, (byte) 0);
    Arrays.fill(after, (byte) 0);
    if (changed) {
      save(current);
    }
  }
}
