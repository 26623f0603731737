package org.blindbook.server.http;

import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.blindbook.server.admission.AddressPrefix;
import org.blindbook.server.admission.ClientKey;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.Shares;
import org.blindbook.server.admission.Shares.Outcome;
import org.blindbook.server.admission.Shortages;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop that have no session, or none yet. Each has so many seconds for
 * a whole request, whatever it sends meanwhile, and there are only so many: when one more comes,
 * the one that has kept the server waiting for longest goes. So those who fill them all push out
 * each other, and a client that sends its request at once is hardly ever among them.
 */
public final class PlainSockets {
  /** A connection that has been answered is not kept for more requests than come in this time. */
  private static final long KEPT_NANOS = Duration.ofSeconds(60).toNanos();

  /**
   * What they may do.
   *
   * @param most of one event loop
   * @param request how long a request may take to come
   * @param addresses how many each address prefix has, where addresses are those of clients
   */
  public record Limits(
      int most,
      Duration request,
      Optional<Shares> addresses,
      ClientKey.Maker keys,
      Shortages shortages) {}

  private static final class Plain {
    final long openedAt;
    long waitingSince;
    boolean answering;
    @Nullable ClientKey address;

    Plain(long now) {
      openedAt = now;
      waitingSince = now;
    }
  }

  private final Limits limits;
  private final Map<HttpConnection, Plain> open = new LinkedHashMap<>();

  PlainSockets(Limits limits) {
    this.limits = limits;
  }

  /** A connection is there. */
  void opened(HttpConnection connection) {
    Plain plain = new Plain(System.nanoTime());
    if (limits.addresses.isPresent()
        && !isWithinItsShare(plain, limits.addresses.get(), connection)) {
      connection.close();
      return;
    }
    if (open.size() >= limits.most) {
      limits.shortages.report(Resource.SOCKETS);
      Optional<HttpConnection> oldest =
          open.entrySet().stream()
              .filter(entry -> !entry.getValue().answering)
              .map(Map.Entry::getKey)
              .findFirst();
      if (oldest.isEmpty()) {
        forget(plain);
        connection.close();
        return;
      }
      remove(oldest.get());
      oldest.get().close();
    }
    open.put(connection, plain);
    connection.closeHandler(closed -> remove(connection));
  }

  private boolean isWithinItsShare(Plain plain, Shares addresses, HttpConnection connection) {
    Optional<ClientKey> key =
        AddressPrefix.of(InetAddress.ofLiteral(connection.remoteAddress().hostAddress()))
            .map(limits.keys::ofAddress);
    if (key.isPresent()) {
      if (addresses.take(key.get(), 1) != Outcome.TAKEN) {
        return false;
      }
      plain.address = key.get();
    }
    return true;
  }

  /** A whole request has come on it; the server takes its time. */
  void answering(HttpConnection connection) {
    Plain plain = open.get(connection);
    if (plain != null) {
      plain.answering = true;
    }
  }

  /** The request is answered: the connection may bring another, for a while. */
  void answered(HttpConnection connection) {
    Plain plain = open.get(connection);
    if (plain == null) {
      return;
    }
    long now = System.nanoTime();
    if (now - plain.openedAt > KEPT_NANOS) {
      remove(connection);
      connection.close();
    } else {
      plain.answering = false;
      plain.waitingSince = now;
    }
  }

  /** It is a session's now, or has gone. */
  void remove(HttpConnection connection) {
    Plain plain = open.remove(connection);
    if (plain != null) {
      forget(plain);
    }
  }

  private void forget(Plain plain) {
    ClientKey address = plain.address;
    if (address != null) {
      limits.addresses.ifPresent(shares -> shares.give(address, 1));
      plain.address = null;
    }
  }

  /**
   * Closes those that have had their time.
   *
   * @param now {@link System#nanoTime}
   */
  void closeTheSlow(long now) {
    for (Map.Entry<HttpConnection, Plain> entry : List.copyOf(open.entrySet())) {
      Plain plain = entry.getValue();
      if (!plain.answering && now - plain.waitingSince > limits.request.toNanos()) {
        remove(entry.getKey());
        entry.getKey().close();
      }
    }
  }
}
