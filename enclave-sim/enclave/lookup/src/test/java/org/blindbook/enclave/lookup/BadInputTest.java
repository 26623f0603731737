package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.table.FullTables;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.SizeClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong is refused with its reason, and the table is as it was before. */
class BadInputTest {
  private static final byte[] NONE = {};
  private static final int CAPACITY = Math.toIntExact(FullTables.smallest().capacity());

  private final SecureRandom random = new SecureRandom();
  private final ObliviousTable table = FullTables.smallest();
  private final LookupEnclave enclave;
  private TableState before = new TableState(0, 0, 0, 0);

  BadInputTest() throws Exception {
    SimpleHardware hardware = new SimpleHardware(LookupDeployment.TRUNCATED, 1);
    enclave =
        LookupEnclave.create(
            hardware,
            LookupSettings.parse(hardware.launch().settings()),
            table,
            random,
            InstantSource.system());
    enclave.runWaiting();
  }

  @BeforeEach
  void fillTheTable() {
    await(enclave.update(new Update(3, entries(0, CAPACITY))));
    before = state();
    assertThat(before.registrations()).isEqualTo(CAPACITY);
  }

  @AfterEach
  void theTableIsUnchanged() {
    assertThat(state()).isEqualTo(before);
  }

  private TableState state() {
    return await(enclave.update(new Update(0, NONE)));
  }

  private <T> T await(CompletionStage<T> stage) {
    enclave.runWaiting();
    return stage.toCompletableFuture().join();
  }

  private void assertRefused(CompletionStage<?> stage, CallError error) {
    assertThatThrownBy(() -> await(stage))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(CallException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private static void assertMalformed(byte[] update) {
    assertThatThrownBy(() -> Update.decode(update))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.BAD_CALL));
  }

  private static byte[] entries(long first, int count) {
    ByteBuffer entries = ByteBuffer.allocate(count * Update.ENTRY_BYTES);
    for (int i = 0; i < count; i++) {
      entries.putLong(first + i).putLong(5).putLong(1).putLong(first + i);
    }
    return entries.array();
  }

  @Test
  void anUpdateThatDoesNotFitIsNotAppliedInPart() throws Exception {
    byte[] known = entries(0, 2);
    byte[] overwriteAndAdd = Arrays.copyOf(known, known.length + Update.ENTRY_BYTES);
    Arrays.fill(overwriteAndAdd, Update.ENTRY_BYTES / 2, Update.ENTRY_BYTES, (byte) 9);
    System.arraycopy(entries(CAPACITY, 1), 0, overwriteAndAdd, known.length, Update.ENTRY_BYTES);
    byte[] image = image();
    assertRefused(enclave.update(new Update(4, overwriteAndAdd)), CallError.TABLE_FULL);
    assertThat(image()).isEqualTo(image);
  }

  private byte[] image() {
    ByteBuffer image = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < table.image().chunks(); i++) {
      image.put(table.image().chunk(i));
    }
    return Arrays.copyOf(image.array(), image.position());
  }

  @Test
  void anUpdateOverTheLimitOrWithAKeyOfTheWrongLengthIsNoCall() {
    int tooMany = Update.MAX_ENTRIES + 1;
    byte[] entries = new byte[tooMany * Update.ENTRY_BYTES];
    assertThatThrownBy(() -> new Update(4, entries)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Update(4, new byte[Update.ENTRY_BYTES - 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertMalformed(ByteBuffer.allocate(12 + entries.length).putLong(4).putInt(tooMany).array());
    byte[] good = ByteBuffer.allocate(76).putLong(4).putInt(2).put(entries(9, 2)).array();
    assertMalformed(Arrays.copyOf(good, good.length - 1));
    assertMalformed(Arrays.copyOf(good, good.length + 1));
    assertMalformed(Arrays.copyOf(good, 11));
  }

  /** The value zero means nobody: it deletes, and what is not there stays away. */
  @Test
  void theZeroValueIsNeverStored() throws Exception {
    ByteBuffer nobody = ByteBuffer.allocate(Update.ENTRY_BYTES).putLong(CAPACITY + 1L).putLong(5);
    byte[] image = image();
    await(enclave.update(new Update(before.sequence(), nobody.array())));
    assertThat(image()).isEqualTo(image);
  }

  @Test
  void roomIsMadeInAnEmptyTableOnly() {
    assertRefused(enclave.reserve(CAPACITY), CallError.BAD_CALL);
    assertRefused(enclave.reserve(0), CallError.BAD_CALL);
  }

  @Test
  void aChunkBelowZeroOrAnythingRestoredOverRegistrationsIsNoCall() {
    assertRefused(enclave.snapshot(-1), CallError.BAD_CALL);
    assertRefused(enclave.restore(new byte[100]), CallError.BAD_CALL);
    assertRefused(enclave.restore(NONE), CallError.BAD_CALL);
  }

  private SessionEnd answerTo(byte[] request) throws Exception {
    EnclaveClient client = new EnclaveClient(enclave, new byte[32], NONE, NONE);
    SessionEnd end = client.send(request).close();
    assertThat(await(enclave.receive(client.session(), new byte[9], NONE)).close())
        .as("afterwards")
        .isEqualTo(SessionEnd.BAD_REQUEST);
    return end;
  }

  @Test
  void aRequestOverTheLargestClassOrOfTheWrongLengthEndsBeforeItIsMerged() throws Exception {
    byte[] small = new DiscoveryRequestWriter(SizeClass.SMALLEST, 0, new byte[32], NONE).encoded();
    int header = small.length - SizeClass.SMALLEST * (DiscoveryRequest.KEY_BYTES + 1);
    int tooLarge = 2 * SizeClass.LARGEST;
    byte[] large = Arrays.copyOf(small, header + tooLarge * (DiscoveryRequest.KEY_BYTES + 1));
    ByteBuffer.wrap(large).putInt(4, tooLarge);
    assertThat(answerTo(large)).isEqualTo(SessionEnd.BAD_REQUEST);
    byte[] noClass = Arrays.copyOf(small, header + 65 * (DiscoveryRequest.KEY_BYTES + 1));
    ByteBuffer.wrap(noClass).putInt(4, 65);
    assertThat(answerTo(noClass)).isEqualTo(SessionEnd.BAD_REQUEST);
    assertThat(answerTo(Arrays.copyOf(small, small.length - 1))).isEqualTo(SessionEnd.BAD_REQUEST);
    assertThat(answerTo(Arrays.copyOf(small, small.length + 1))).isEqualTo(SessionEnd.BAD_REQUEST);
    byte[] negative = small.clone();
    ByteBuffer.wrap(negative).putInt(4, -64);
    assertThat(answerTo(negative)).isEqualTo(SessionEnd.BAD_REQUEST);
    DiscoveryRequestWriter unknownKind =
        new DiscoveryRequestWriter(SizeClass.SMALLEST, 0, new byte[32], NONE);
    unknownKind.set(0, 1, 1, EntryKind.NEW);
    unknownKind.encoded()[small.length - 1] = 4;
    assertThat(answerTo(unknownKind.encoded())).isEqualTo(SessionEnd.BAD_REQUEST);
  }
}
