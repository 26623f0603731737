package org.blindbook.auditor.trace.scenario;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.protocol.evaluation.EvaluationRequest;

/** Has some contacts evaluated. Blinding takes long, so there are a few requests only. */
final class EvaluatingUser implements User {
  private static final int EPOCH = 1;
  private static final int DEVICES = 2;
  private static final int HOSTS_DEVICE = 99;
  private static final List<Integer> PERMITS = List.of(20, 70, 300, 5_000);

  /** Made once, by what they say. */
  private static final Map<Asked, byte[]> MADE = new HashMap<>();

  private record Asked(int sizeClass, int count, int device, int number) {}

  private final SplittableRandom secret;
  private final int permits;

  EvaluatingUser(SplittableRandom script, SplittableRandom secret) {
    this.secret = secret;
    this.permits = PERMITS.get(script.nextInt(PERMITS.size()));
  }

  @Override
  public Stage<?> stage(Recorder recorder) {
    return new EvaluatorStage(recorder, 1, FixedHardware.evaluating(permits, EPOCH));
  }

  @Override
  public byte[] request(int sizeClass) {
    int count =
        switch (secret.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1;
          case 2 -> sizeClass / 2;
          default -> sizeClass;
        };
    return made(new Asked(sizeClass, count, 1 + secret.nextInt(DEVICES), secret.nextInt(3)));
  }

  @Override
  public void answered(Client.Answered answer) {
    // It has no token, and asks the same whatever the outcome.
  }

  @Override
  public byte[] hostsRequest(int sizeClass, int count, int number) {
    int nearby = Integer.highestOneBit(Math.max(1, count));
    return made(new Asked(sizeClass, nearby, HOSTS_DEVICE, number));
  }

  private static byte[] made(Asked asked) {
    return MADE.computeIfAbsent(asked, EvaluatingUser::make).clone();
  }

  private static byte[] make(Asked asked) {
    try {
      byte[] nonce =
          ByteBuffer.allocate(EvaluationRequest.NONCE_BYTES)
              .putInt(0, asked.device)
              .putInt(EvaluationRequest.NONCE_BYTES - Integer.BYTES, asked.number)
              .array();
      List<byte[]> inputs =
          Contacts.mixed(asked.count).stream().map(EvaluatingUser::input).toList();
      SeededRandom blinds = new SeededRandom(asked.hashCode());
      byte[] elements = new Blinding(inputs, asked.sizeClass, nonce, blinds).elements();
      return new EvaluationRequestWriter(EPOCH, asked.count, nonce, elements).encoded();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] input(String contact) {
    try {
      return LookupKey.blindedInput(Identifier.parse(contact));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
