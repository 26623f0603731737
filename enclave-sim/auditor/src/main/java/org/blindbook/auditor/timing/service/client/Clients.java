package org.blindbook.auditor.timing.service.client;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.auditor.timing.service.Sample;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.message.MalformedMessageException;

/** Clients of one enclave that ask at the same time, each over a connection of its own. */
public final class Clients {
  private final URI server;
  private final String path;
  private final ProcessorTime enclave;
  private final SecureRandom random;

  /** Processor time that the enclave has used, in nanoseconds. */
  public interface ProcessorTime {
    /** Before what is to be measured. */
    long begin() throws IOException;

    /** After it. */
    long end() throws IOException;
  }

  /**
   * @param path of the enclave's endpoint
   */
  public Clients(URI server, String path, ProcessorTime enclave, SecureRandom random) {
    this.server = server;
    this.path = path;
    this.enclave = enclave;
    this.random = random;
  }

  /** A request of an account. */
  public record Question(Account account, byte[] request) {}

  /**
   * What is planted between the clock and the sending.
   *
   * @param request nanoseconds before a request is sent
   * @param acknowledgement nanoseconds before an acknowledgement is sent
   */
  public record Delay(long request, long acknowledgement) {
    public static final Delay NONE = new Delay(0, 0);
  }

  /** What came back: a reply and a result, as plaintext, for each question, and the times. */
  public record Answers(List<ReceivedTokenReply> replies, List<byte[]> results, Sample sample) {}

  /** One question. */
  public Answers ask(Account account, byte[] request) throws IOException {
    return ask(List.of(new Question(account, request)), Delay.NONE);
  }

  /**
   * Connects for each question, then asks all of them at the same time and waits for the answers.
   */
  public Answers ask(List<Question> questions, Delay delay) throws IOException {
    List<Session> sessions = new ArrayList<>();
    try {
      for (Question question : questions) {
        sessions.add(Session.open(server, path, question.account().credential(), random));
      }
      List<byte[]> requests = new ArrayList<>();
      for (int i = 0; i < sessions.size(); i++) {
        requests.add(sessions.get(i).seal(questions.get(i).request()));
      }
      long before = enclave.begin();
      Exchanged replies = exchange(sessions, requests, delay.request);
      List<byte[]> acknowledgements = new ArrayList<>();
      for (Session session : sessions) {
        acknowledgements.add(session.seal(AcknowledgementWriter.encode()));
      }
      Exchanged results = exchange(sessions, acknowledgements, delay.acknowledgement);
      for (Session session : sessions) {
        session.awaitEnd();
      }
      long after = enclave.end();
      return new Answers(
          decode(replies.messages),
          results.messages,
          new Sample(replies.nanos, results.nanos, after - before));
    } finally {
      sessions.forEach(Session::close);
    }
  }

  private record Exchanged(List<byte[]> messages, long nanos) {}

  private static Exchanged exchange(List<Session> sessions, List<byte[]> sealed, long delayNanos)
      throws IOException {
    List<byte[]> received = new ArrayList<>();
    long start = System.nanoTime();
    while (System.nanoTime() - start < delayNanos) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < sealed.size(); i++) {
      sessions.get(i).write(sealed.get(i));
    }
    for (Session session : sessions) {
      received.add(session.read());
    }
    long nanos = System.nanoTime() - start;
    for (int i = 0; i < received.size(); i++) {
      received.set(i, sessions.get(i).open(received.get(i)));
    }
    return new Exchanged(received, nanos);
  }

  private static List<ReceivedTokenReply> decode(List<byte[]> messages) throws IOException {
    List<ReceivedTokenReply> replies = new ArrayList<>();
    try {
      for (byte[] message : messages) {
        replies.add(ReceivedTokenReply.decode(message));
      }
    } catch (MalformedMessageException e) {
      throw new IOException("a token reply cannot be understood", e);
    }
    return replies;
  }
}
