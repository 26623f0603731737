package org.blindbook.server.serving;

import java.util.HashMap;
import java.util.Map;
import org.blindbook.server.http.ChangesEndpoint;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/** The stores that the management interface writes to, each opened when it is first asked for. */
public final class OpenStores implements ChangesEndpoint.Stores, AutoCloseable {
  private final RegistrationStores stores;
  private final Map<Integer, RegistrationStore> open = new HashMap<>();

  public OpenStores(RegistrationStores stores) {
    this.stores = stores;
  }

  @Override
  public synchronized RegistrationStore of(int epoch) throws StoreException {
    RegistrationStore store = open.get(epoch);
    if (store == null) {
      store = stores.open(epoch);
      open.put(epoch, store);
    }
    return store;
  }

  @Override
  public synchronized void close() {
    open.values().forEach(RegistrationStore::close);
    open.clear();
  }
}
