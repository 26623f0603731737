package org.blindbook.client;

import java.io.IOException;
import java.util.Optional;
import org.blindbook.client.state.StateStore;

/** A store that fails before or after its work, when the steps say so. */
final class CrashingStore implements StateStore {
  private final StateStore store;
  private final Steps steps;

  CrashingStore(StateStore store, Steps steps) {
    this.store = store;
    this.steps = steps;
  }

  @Override
  public Optional<byte[]> load() throws IOException {
    steps.pass();
    Optional<byte[]> state = store.load();
    steps.pass();
    return state;
  }

  @Override
  public void save(byte[] state) throws IOException {
    steps.pass();
    store.save(state);
    steps.pass();
  }
}
