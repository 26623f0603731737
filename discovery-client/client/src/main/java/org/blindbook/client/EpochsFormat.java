package org.blindbook.client;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.oprf.OprfException;

/**
 * {@link EpochOutputs} as a part of {@link StateFormat}.
 *
 * <pre>
 *   1      number of epochs
 *          for each of them:
 *   4      epoch
 *  32      the evaluator's public key
 *   4      number of contacts with an output; for each of them:
 *  16, 16    its name, see {@link ContactName}; its key of this epoch
 *   4      number of contacts of the pending evaluation, 0 when there is none; otherwise:
 *  32        seed
 *   2, n     for each of them, length and bytes of its canonical form, UTF-8
 * </pre>
 */
final class EpochsFormat {
  private EpochsFormat() {}

  static byte[] encode(List<EpochOutputs> epochs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(epochs.size());
      for (EpochOutputs epoch : epochs) {
        put(out, epoch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(DataOutputStream out, EpochOutputs outputs) throws IOException {
    out.writeInt(outputs.epoch().number());
    out.write(outputs.epoch().key().encode());
    out.writeInt(outputs.keys().size());
    for (Map.Entry<ContactName, LookupKey> entry : outputs.keys().entrySet()) {
      out.write(entry.getKey().bytes());
      out.write(entry.getValue().bytes());
    }
    PendingEvaluation pending = outputs.pending();
    out.writeInt(pending == null ? 0 : pending.contacts().size());
    if (pending != null) {
      out.write(pending.seed());
      for (Identifier contact : pending.contacts()) {
        byte[] canonical = contact.canonical().getBytes(StandardCharsets.UTF_8);
        out.writeShort(canonical.length);
        out.write(canonical);
      }
    }
  }

  /** Reads on to the end of the epochs. */
  static List<EpochOutputs> decode(ByteBuffer in) throws DiscoveryException {
    try {
      int count = in.get();
      if (count < 0 || count > ClientState.EPOCHS) {
        throw StateFormat.damaged();
      }
      List<EpochOutputs> epochs = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        epochs.add(take(in));
      }
      return List.copyOf(epochs);
    } catch (BufferUnderflowException | IdentifierException | OprfException e) {
      throw StateFormat.damaged();
    }
  }

  private static EpochOutputs take(ByteBuffer in)
      throws DiscoveryException, IdentifierException, OprfException {
    int number = in.getInt();
    PublicKey key = PublicKey.decode(StateFormat.take(in, PublicKey.BYTES));
    SortedMap<ContactName, LookupKey> keys = new TreeMap<>();
    int count = StateFormat.length(in, SizeClass.LARGEST);
    for (int i = 0; i < count; i++) {
      ContactName name = ContactName.ofBytes(StateFormat.take(in, ContactName.BYTES));
      keys.put(name, LookupKey.ofBytes(StateFormat.take(in, LookupKey.BYTES)));
    }
    int contacts = StateFormat.length(in, SizeClass.LARGEST);
    return new EpochOutputs(
        new KeyEpoch(number, key), keys, contacts == 0 ? null : takePending(in, contacts));
  }

  private static PendingEvaluation takePending(ByteBuffer in, int count)
      throws IdentifierException {
    byte[] seed = StateFormat.take(in, PendingEvaluation.SEED_BYTES);
    List<Identifier> contacts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] canonical = StateFormat.take(in, Short.toUnsignedInt(in.getShort()));
      contacts.add(Identifier.parse(new String(canonical, StandardCharsets.UTF_8)));
    }
    return new PendingEvaluation(seed, contacts);
  }
}
