package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.SplittableRandom;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;

/** Looks up some contacts, of whom some are registered, kept or dropped, with some token. */
final class LookingUpUser implements User {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;
  private static final int HOSTS_DEVICE = 99;
  private static final List<Integer> PERMITS = List.of(20, 70, 300, 5_000);
  private static final List<Key> REGISTERED = Key.random(151, 200);
  private static final List<Key> UNKNOWN = Key.random(252, 200);
  private static final byte[] REGISTRATIONS = Key.registrations(REGISTERED);

  private final SplittableRandom secret;
  private final boolean blinded;
  private final int permits;
  private final int epoch;

  private int requests;
  private byte[] last = NONE;
  private byte[] token = NONE;

  LookingUpUser(SplittableRandom script, SplittableRandom secret, boolean blinded) {
    this.secret = secret;
    this.blinded = blinded;
    this.permits = PERMITS.get(script.nextInt(PERMITS.size()));
    this.epoch = blinded ? EPOCH : 0;
  }

  @Override
  public Stage<?> stage(Recorder recorder) throws Exception {
    LookupStage stage =
        new LookupStage(
            recorder,
            1,
            blinded ? FixedHardware.blinded(permits, EPOCH) : new FixedHardware(1, permits));
    stage.update(REGISTRATIONS.clone());
    return stage;
  }

  @Override
  public byte[] request(int sizeClass) {
    boolean retry = last.length == DiscoveryRequest.length(sizeClass) && secret.nextInt(4) == 0;
    if (!retry) {
      last = newRequest(sizeClass);
    }
    return last.clone();
  }

  private byte[] newRequest(int sizeClass) {
    Entries entries = new Entries().fromDevice(1 + secret.nextInt(2)).ofEpoch(epoch);
    int count =
        switch (secret.nextInt(4)) {
          case 0 -> 0;
          case 1 -> sizeClass;
          default -> secret.nextInt(sizeClass + 1);
        };
    int hits = secret.nextInt(101);
    boolean kept = token.length > 0 && secret.nextBoolean();
    for (int i = 0; i < count; i++) {
      List<Key> among = secret.nextInt(100) < hits ? REGISTERED : UNKNOWN;
      Key key = among.get(secret.nextInt(among.size()));
      EntryKind kind = kept ? EntryKind.values()[secret.nextInt(4)] : EntryKind.NEW;
      entries.and(List.of(key), kind);
    }
    return entries.request(sizeClass, ++requests, shownToken());
  }

  /** The one that was given last, another, or none. */
  private byte[] shownToken() {
    byte[] shown = token.clone();
    if (shown.length > 0 && secret.nextInt(3) == 0) {
      shown[secret.nextInt(shown.length)] ^= 1;
    }
    return secret.nextInt(3) == 0 ? NONE : shown;
  }

  @Override
  public void answered(Client.Answered answer) {
    if (answer.reply().granted()) {
      token = answer.reply().token();
    }
  }

  @Override
  public byte[] hostsRequest(int sizeClass, int count, int number) {
    List<Key> keys = Key.random(1_000 + number, count);
    return Entries.of(keys, EntryKind.NEW)
        .fromDevice(HOSTS_DEVICE)
        .ofEpoch(epoch)
        .request(sizeClass, 1_000 + number, NONE);
  }
}
