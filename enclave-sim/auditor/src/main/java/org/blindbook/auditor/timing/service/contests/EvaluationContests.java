package org.blindbook.auditor.timing.service.contests;

import static org.blindbook.auditor.timing.service.client.Clients.Delay.NONE;
import static org.blindbook.auditor.timing.service.contests.ServiceContest.require;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.blindbook.auditor.timing.service.Contest;
import org.blindbook.auditor.timing.service.Quantity;
import org.blindbook.auditor.timing.service.Sample;
import org.blindbook.auditor.timing.service.client.Account;
import org.blindbook.auditor.timing.service.client.Accounts;
import org.blindbook.auditor.timing.service.client.Clients;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.Padding;

/**
 * The contests of the evaluator enclave in mode blinded. Blinded elements look random whomever they
 * stand for, so requests take theirs from a stock; what stands for nobody is made of the nonce, as
 * an honest client's is.
 */
public final class EvaluationContests {
  /** What an account may ask for: the most that can be set. */
  public static final int PERMITS = 10_000_000;

  /** Longer before the acknowledgement: an evaluation takes milliseconds, and their noise. */
  private static final Clients.Delay PLANTED = new Clients.Delay(100_000, 500_000);

  private static final int FIRST_EPOCH = 1;
  private static final int ALL = SizeClass.SMALLEST;
  private static final int STOCK = 2_048;

  private final Clients clients;
  private final Accounts accounts;
  private final Random random;
  private final byte[] stock;
  private Account account;
  private int permits = PERMITS;

  public EvaluationContests(Clients clients, Accounts accounts, Random random) {
    this.clients = clients;
    this.accounts = accounts;
    this.random = random;
    this.account = accounts.next();
    this.stock = blinded(account);
  }

  private static byte[] blinded(Account account) {
    List<byte[]> inputs =
        IntStream.range(0, STOCK).mapToObj(Users::identifier).map(LookupKey::blindedInput).toList();
    try {
      return new Blinding(inputs, STOCK, account.retryNonce(), new SecureRandom()).elements();
    } catch (OprfException e) {
      throw new IllegalStateException(e); // there are few, and they are short
    }
  }

  public List<Contest> all() {
    return List.of(
        new ServiceContest(
            "one against all evaluated", second -> evaluate(ALL, second ? ALL : 1, NONE)),
        new ServiceContest(
            "planted: the driver waits",
            Set.of(Quantity.TOKEN_REPLY, Quantity.RESULTS),
            1,
            second -> evaluate(ALL, ALL, second ? PLANTED : NONE)),
        new ServiceContest(
            "planted: the next size class",
            Set.of(Quantity.ENCLAVE_CPU),
            1,
            second -> evaluate(second ? 2 * ALL : ALL, ALL, NONE)));
  }

  private Sample evaluate(int capacity, int count, Clients.Delay delay) throws IOException {
    if (permits < count) {
      account = accounts.next();
      permits = PERMITS;
    }
    permits -= count;
    byte[] nonce = account.retryNonce();
    byte[] request =
        new EvaluationRequestWriter(FIRST_EPOCH, count, nonce, elements(capacity, count, nonce))
            .encoded();
    Clients.Answers answers = clients.ask(List.of(new Clients.Question(account, request)), delay);
    ReceivedTokenReply reply = answers.replies().getFirst();
    require(reply.granted() && reply.charged() == count, "elements were not charged");
    try {
      ReceivedEvaluation.decode(answers.results().getFirst(), capacity, FIRST_EPOCH);
    } catch (MalformedMessageException e) {
      throw new IOException("an evaluation cannot be understood", e);
    }
    return answers.sample();
  }

  private byte[] elements(int capacity, int count, byte[] nonce) {
    int from = random.nextInt(STOCK - capacity + 1) * EvaluationRequest.ELEMENT_BYTES;
    byte[] elements =
        Arrays.copyOfRange(stock, from, from + capacity * EvaluationRequest.ELEMENT_BYTES);
    new Padding(nonce).write(elements, count);
    return elements;
  }
}
