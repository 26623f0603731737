package org.blindbook.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.Shortages;

/**
 * The system's sockets, of which so many are kept at once and no more. Everything above counts
 * connections once they speak HTTP; those that are still to do a TLS handshake, or to be looked at
 * at all, are counted nowhere else, and each has a file descriptor. One too many is closed as soon
 * as it is accepted.
 */
public final class BoundedTransport implements Transport {
  private final int most;
  private final Shortages shortages;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param most sockets of clients at once
   */
  public BoundedTransport(int most, Shortages shortages) {
    this.most = most;
    this.shortages = shortages;
  }

  @Override
  public String name() {
    return "bounded";
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  @SuppressWarnings("NullAway") // Vert.x says null for nothing
  public Throwable unavailabilityCause() {
    return null;
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return new NioTransport() {
      @Override
      public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? super.serverChannelFactory(true) : Server::new;
      }
    };
  }

  private final class Server extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      try {
        super.doReadMessages(accepted);
      } catch (IOException noMore) {
        shortages.report(Resource.DESCRIPTORS);
        throw noMore;
      }
      if (accepted.size() == before) {
        return 0;
      }
      if (open.incrementAndGet() > most) {
        open.decrementAndGet();
        shortages.report(Resource.SOCKETS);
        ((Channel) accepted.removeLast()).unsafe().closeForcibly();
        return 0;
      }
      ((Channel) accepted.getLast()).closeFuture().addListener(closed -> open.decrementAndGet());
      return 1;
    }
  }
}
