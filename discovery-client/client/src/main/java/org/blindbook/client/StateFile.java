package org.blindbook.client;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.client.state.StateStore;

/** Reads and writes states: the format, the cipher and the app's store, one after the other. */
record StateFile(StateStore store, StateCipher cipher) {

  /**
   * @param owner of a state that does not exist yet
   * @param device likewise, and of one from before there were devices
   */
  ClientState load(byte[] owner, byte[] device) throws DiscoveryException {
    byte[] stored;
    try {
      Optional<byte[]> found = store.load();
      if (found.isEmpty()) {
        return ClientState.empty(owner, device);
      }
      stored = found.get();
    } catch (IOException e) {
      throw new DiscoveryException(
          DiscoveryError.STATE_UNAVAILABLE,
          "The state cannot be read: check the permissions of its folder.",
          e);
    }
    byte[] plain = new byte[0];
    try {
      plain = cipher.open(stored);
      return StateFormat.decode(plain).withDevice(device);
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
      throw new DiscoveryException(
          DiscoveryError.STATE_UNAVAILABLE,
          "The state cannot be written: check the permissions of its folder and the free space.",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
