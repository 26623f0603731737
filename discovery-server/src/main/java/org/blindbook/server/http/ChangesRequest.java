package org.blindbook.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.numbering.NumberingPlans;
import org.blindbook.server.registrations.Account;
import org.blindbook.server.registrations.KeyText;
import org.blindbook.server.registrations.OperatorIdentifier;
import org.blindbook.server.registrations.RegistrationBatch;
import org.jspecify.annotations.Nullable;

/**
 * Registrations and deletions that a backend asks for.
 *
 * @param epoch in mode blinded
 * @param waits whether it wants to know when they are discoverable
 */
record ChangesRequest(OptionalInt epoch, RegistrationBatch batch, boolean waits) {
  /** What one transaction writes in milliseconds; more is a load. */
  static final int MAX_CHANGES = 1000;

  /** A change with the longest identifier takes some 500 bytes. */
  static final int MAX_BYTES = MAX_CHANGES * 512;

  private static final Set<String> MEMBERS = Set.of("changes", "epoch", "wait");
  private static final Set<String> MEMBERS_OF_A_CHANGE = Set.of("identifier", "key", "account");

  /** Why a request cannot be done; repeats nothing of it. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final OptionalInt change;

    Refusal(String reason) {
      this(reason, OptionalInt.empty());
    }

    private Refusal(String reason, OptionalInt change) {
      super(reason);
      this.change = change;
    }

    /** Which change it is because of, from 0. */
    OptionalInt change() {
      return change;
    }
  }

  /**
   * @param truncated whether keys can be made of identifiers here
   * @throws Refusal when there is anything wrong with it
   */
  static ChangesRequest read(Buffer body, boolean truncated) throws Refusal {
    JsonObject json;
    try {
      json = body.toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      throw new Refusal("the body is not a JSON object");
    }
    if (!MEMBERS.containsAll(json.fieldNames())) {
      throw new Refusal("the body has a member that is none of changes, epoch and wait");
    }
    if (!(json.getValue("changes") instanceof JsonArray changes)
        || changes.isEmpty()
        || changes.size() > MAX_CHANGES) {
      throw new Refusal("changes must be a list of 1 to " + MAX_CHANGES);
    }
    if (!(json.getValue("wait", false) instanceof Boolean wait)) {
      throw new Refusal("wait must be true or false");
    }
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = 0; i < changes.size(); i++) {
      try {
        add(batch, changes.getValue(i), truncated);
      } catch (Refusal e) {
        throw new Refusal(String.valueOf(e.getMessage()), OptionalInt.of(i));
      }
    }
    return new ChangesRequest(epoch(json.getValue("epoch"), truncated), batch, wait);
  }

  private static OptionalInt epoch(@Nullable Object value, boolean truncated) throws Refusal {
    if (truncated && value == null) {
      return OptionalInt.empty();
    }
    if (truncated || !(value instanceof Integer epoch) || epoch < 1) {
      throw new Refusal(
          truncated
              ? "mode truncated has no epochs"
              : "epoch must be the number of a live epoch: keys are of one epoch");
    }
    return OptionalInt.of(epoch);
  }

  private static void add(RegistrationBatch batch, @Nullable Object change, boolean truncated)
      throws Refusal {
    if (!(change instanceof JsonObject json)
        || !MEMBERS_OF_A_CHANGE.containsAll(json.fieldNames())) {
      throw new Refusal("a change is an object with identifier or key, and account");
    }
    if (!json.containsKey("account")) {
      throw new Refusal("account must be there: a UUID, or null to unregister");
    }
    List<byte[]> keys = keys(json, truncated);
    if (json.getValue("account") == null) {
      keys.forEach(batch::delete);
      return;
    }
    Optional<UUID> account =
        json.getValue("account") instanceof String text ? Account.parse(text) : Optional.empty();
    batch.register(
        keys.get(0),
        Account.bytes(
            account.orElseThrow(
                () -> new Refusal("the account is not a UUID, or is the one of zeros"))));
  }

  /** The key to register under, and those that somebody may be registered under from before. */
  private static List<byte[]> keys(JsonObject change, boolean truncated) throws Refusal {
    if (change.containsKey("identifier") == change.containsKey("key")) {
      throw new Refusal("either identifier or key must be there");
    }
    if (change.getValue("key") instanceof String key) {
      return List.of(
          KeyText.parse(key).orElseThrow(() -> new Refusal("a key is 32 hexadecimal digits")));
    }
    if (!(change.getValue("identifier") instanceof String identifier)) {
      throw new Refusal("identifier and key are texts");
    }
    if (!truncated) {
      throw new Refusal("in mode blinded a change has a key: no host makes one of an identifier");
    }
    try {
      return NumberingPlans.forms(OperatorIdentifier.parse(identifier)).stream()
          .map(form -> LookupKey.truncated(form).bytes())
          .toList();
    } catch (OperatorIdentifier.RefusedException e) {
      throw new Refusal(e.reason());
    }
  }
}
