package org.blindbook.server.admission;

import java.util.Optional;
import org.blindbook.server.admission.Shares.Outcome;

/**
 * What each client holds of this host: sessions, and memory for messages on their way. Counted by
 * account and by address prefix, so that neither one account nor one machine with many accounts
 * takes what is everybody's.
 */
public final class Holdings {
  /**
   * @param sessionsPerAccount at once
   * @param sessionsPerAddress at once
   * @param bytes of messages, of all clients together
   * @param bytesPerAccount of them, of one account
   * @param bytesPerAddress of them, of one address prefix
   */
  public record Limits(
      long sessionsPerAccount,
      long sessionsPerAddress,
      long bytes,
      long bytesPerAccount,
      long bytesPerAddress) {}

  private final ClientKey.Maker keys;
  private final Shares sessionsOfAccounts;
  private final Shares sessionsOfAddresses;
  private final Shares bytesOfAccounts;
  private final Shares bytesOfAddresses;

  public Holdings(Limits limits, ClientKey.Maker keys) {
    this.keys = keys;
    sessionsOfAccounts = new Shares(Long.MAX_VALUE, limits.sessionsPerAccount);
    sessionsOfAddresses = new Shares(Long.MAX_VALUE, limits.sessionsPerAddress);
    bytesOfAccounts = new Shares(limits.bytes, limits.bytesPerAccount);
    bytesOfAddresses = new Shares(Long.MAX_VALUE, limits.bytesPerAddress);
  }

  /**
   * A session for a client; empty when its account or its address has its share.
   *
   * @param address empty where it stands for no client
   */
  public Optional<Holding> enter(byte[] account, Optional<AddressPrefix> address) {
    ClientKey ofAccount = keys.ofAccount(account);
    Optional<ClientKey> ofAddress = address.map(keys::ofAddress);
    if (sessionsOfAccounts.take(ofAccount, 1) != Outcome.TAKEN) {
      return Optional.empty();
    }
    if (ofAddress.isPresent() && sessionsOfAddresses.take(ofAddress.get(), 1) != Outcome.TAKEN) {
      sessionsOfAccounts.give(ofAccount, 1);
      return Optional.empty();
    }
    return Optional.of(new Holding(ofAccount, ofAddress));
  }

  /** Bytes of messages that all clients hold together. */
  public long bytes() {
    return bytesOfAccounts.held();
  }

  /** Sessions that all clients hold together. */
  public int sessions() {
    return Math.toIntExact(sessionsOfAccounts.held());
  }

  /** How many accounts hold something now. */
  int accounts() {
    return Math.max(sessionsOfAccounts.clients(), bytesOfAccounts.clients());
  }

  /** What one session holds. Of one thread. */
  public final class Holding {
    private final ClientKey account;
    private final Optional<ClientKey> address;
    private long bytes;
    private boolean left;

    private Holding(ClientKey account, Optional<ClientKey> address) {
      this.account = account;
      this.address = address;
    }

    /** Takes memory for so many bytes, or none. */
    public Outcome take(long more) {
      if (left) {
        return Outcome.SHARE_USED;
      }
      Outcome outcome = bytesOfAccounts.take(account, more);
      if (outcome == Outcome.TAKEN && address.isPresent()) {
        outcome = bytesOfAddresses.take(address.get(), more);
        if (outcome != Outcome.TAKEN) {
          bytesOfAccounts.give(account, more);
        }
      }
      if (outcome == Outcome.TAKEN) {
        bytes += more;
      }
      return outcome;
    }

    /** Gives back all memory. */
    public void giveBytes() {
      bytesOfAccounts.give(account, bytes);
      address.ifPresent(key -> bytesOfAddresses.give(key, bytes));
      bytes = 0;
    }

    /** Gives back everything; does nothing the second time. */
    public void leave() {
      if (left) {
        return;
      }
      giveBytes();
      left = true;
      sessionsOfAccounts.give(account, 1);
      address.ifPresent(key -> sessionsOfAddresses.give(key, 1));
    }
  }
}
