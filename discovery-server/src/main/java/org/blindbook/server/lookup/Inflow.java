package org.blindbook.server.lookup;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * Counts the bytes of a WebSocket as they arrive, before anybody keeps them. The decoder behind it
 * collects a whole frame, whose length its sender chooses, and no handler hears of that until the
 * frame is complete; so this is the one place where what a client makes the host hold can be
 * counted and cut off.
 */
final class Inflow extends ChannelInboundHandlerAdapter {
  private static final String DECODER = "wsdecoder";
  private static final String NAME = "inflow";

  /** Told of bytes that have arrived. */
  interface Meter {
    /** Whether they may be kept; else they are dropped. */
    boolean arrived(int bytes);
  }

  private final Meter meter;

  private Inflow(Meter meter) {
    this.meter = meter;
  }

  /** Counts what arrives from now on; on the socket's event loop. */
  static void count(ServerWebSocket socket, Meter meter) {
    ChannelPipeline pipeline = ((WebSocketInternal) socket).channelHandlerContext().pipeline();
    pipeline.addBefore(DECODER, NAME, new Inflow(meter));
  }

  /** Ends a connection without a farewell, whatever waits to be written. */
  static void cut(ServerWebSocket socket) {
    ((WebSocketInternal) socket).channelHandlerContext().close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes && !meter.arrived(bytes.readableBytes())) {
      ReferenceCountUtil.release(message);
      return;
    }
    context.fireChannelRead(message);
  }
}
