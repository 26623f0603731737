package org.blindbook.client;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.client.state.StateStore;

/** Reads and writes states: the format, the cipher and the app's store, one after the other. */
record StateFile(StateStore store, StateCipher cipher) {

  /**
   * @param owner of a state that does not exist yet, or of whose owner nothing is known but that he
   *     could not be served
   * @param device likewise, and of one from before there were devices
   */
  ClientState load(byte[] owner, byte[] device) throws DiscoveryException {
    return load()
        .filter(state -> Arrays.equals(state.owner(), owner) || !state.isUnused())
        .map(state -> state.withDevice(device))
        .orElse(ClientState.empty(owner, device));
  }

  /** Empty when there is no state yet. */
  Optional<ClientState> load() throws DiscoveryException {
    byte[] stored;
    try {
      Optional<byte[]> found = store.load();
      if (found.isEmpty()) {
        return Optional.empty();
      }
      stored = found.get();
    } catch (IOException e) {
      throw unavailable("The state cannot be read: check the permissions of its folder.", e);
    }
    byte[] plain = new byte[0];
    try {
      plain = cipher.open(stored);
      return Optional.of(StateFormat.decode(plain));
    } finally {
      Arrays.fill(stored, (byte) 0);
      Arrays.fill(plain, (byte) 0);
    }
  }

  void save(ClientState state) throws DiscoveryException {
    byte[] bytes = cipher.seal(StateFormat.encode(state));
    try {
      store.save(bytes);
    } catch (IOException e) {
      throw unavailable(
          "The state cannot be written: check the permissions of its folder and the free space.",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static DiscoveryException unavailable(String sentence, IOException failure) {
    return failure instanceof ClosedByInterruptException
        ? ServerAnswer.interrupted(failure)
        : new DiscoveryException(DiscoveryError.STATE_UNAVAILABLE, sentence, failure);
  }
}
