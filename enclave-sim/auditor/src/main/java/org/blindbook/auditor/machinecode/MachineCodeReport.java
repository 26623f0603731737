package org.blindbook.auditor.machinecode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.blindbook.auditor.machinecode.MachineCodeCheck.Result;
import org.blindbook.auditor.machinecode.Verdict.Seen;
import org.blindbook.edge.compiled.SteppedCode;

/** What stepping through all subjects showed, for people and for programs. */
record MachineCodeReport(List<Result> results) {
  static final int EQUAL = 0;
  static final int USAGE = 1;
  static final int DIFFERS = 2;
  static final int NOT_SHOWN = 3;

  private boolean has(Class<? extends Verdict> verdict) {
    return results.stream().anyMatch(r -> !r.planted() && verdict.isInstance(r.verdict()));
  }

  /** Whether every planted leak was seen: otherwise the check is blind. */
  boolean sees() {
    return results.stream()
        .filter(Result::planted)
        .allMatch(result -> result.verdict() instanceof Verdict.Differs);
  }

  int exitCode() {
    if (has(Verdict.Differs.class)) {
      return DIFFERS;
    }
    boolean allEqual =
        results.stream().allMatch(r -> r.planted() || r.verdict() instanceof Verdict.Equal);
    return sees() && allEqual ? EQUAL : NOT_SHOWN;
  }

  String conclusion() {
    if (has(Verdict.Differs.class)) {
      return "DIFFERS: compiled code shows its input.";
    }
    if (!sees()) {
      return "BLIND: a planted leak was not seen, so nothing is shown.";
    }
    return exitCode() == EQUAL
        ? "EQUAL: every call executed the same instructions on the same addresses for all inputs."
        : has(Verdict.NotFinished.class)
            ? "NOT SHOWN: no difference was seen, but not everything finished; give it more time"
                + " with --limit."
            : "NOT SHOWN: no difference was seen, but not everything could be judged.";
  }

  /** The enclave's methods that ran compiled by C2, kernel by kernel, in lines for people. */
  String compiled() {
    TreeMap<String, TreeSet<String>> methods = new TreeMap<>();
    for (Result result : results) {
      if (!result.planted()) {
        methods.computeIfAbsent(result.kernel(), k -> new TreeSet<>()).addAll(result.compiled());
      }
    }
    StringBuilder text = new StringBuilder();
    methods.forEach(
        (kernel, names) -> {
          text.append("Stepped through as compiled by C2")
              .append(kernel.equals(SteppedCode.NO_KERNEL) ? "" : ", " + kernel)
              .append(" (each with what C2 inlined into it):\n");
          names.forEach(name -> text.append("  ").append(name).append('\n'));
        });
    return text.toString();
  }

  /** The beginning of a result's line, before there is one. */
  static String head(String kernel, String name) {
    return String.format("%-9s %-28s ", kernel, name);
  }

  /** The rest of the line, and more lines, for people. */
  static String text(Result result) {
    String head =
        String.format(
            "%8d instructions, %d inputs, %5.1f s  ",
            result.instructions(), result.inputs(), result.millis() / 1e3);
    return head
        + switch (result.verdict()) {
          case Verdict.Equal() -> "equal";
          case Verdict.Differs d when result.planted() ->
              "seen: "
                  + d.event()
                  + " at "
                  + (d.event().equals("address") ? d.first() : d.before()).place();
          case Verdict.Differs d ->
              "DIFFERS in the "
                  + d.event()
                  + " at step "
                  + d.step()
                  + "\n    "
                  + d.firstInput()
                  + ": "
                  + line(d.first())
                  + "\n    "
                  + d.otherInput()
                  + ": "
                  + line(d.other())
                  + "\n    after "
                  + line(d.before());
          case Verdict.Nondeterministic n ->
              "NOT REPEATABLE at step "
                  + n.step()
                  + "\n    "
                  + line(n.first())
                  + "\n    "
                  + line(n.other());
          case Verdict.NotFinished n ->
              "NOT FINISHED: " + n.runs() + " of " + n.wanted() + " runs, no difference in them";
          case Verdict.Unanalysed u -> "NOT JUDGED\n    " + String.join("\n    ", u.because());
        };
  }

  private static String line(Seen seen) {
    return seen.place() + "  [" + seen.code() + "]  address " + Long.toHexString(seen.address());
  }

  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("exitCode", exitCode());
      json.writeStringField("conclusion", conclusion());
      json.writeArrayFieldStart("subjects");
      for (Result result : results) {
        json.writeStartObject();
        json.writeStringField("kernel", result.kernel());
        json.writeStringField("name", result.name());
        json.writeBooleanField("planted", result.planted());
        json.writeNumberField("inputs", result.inputs());
        json.writeNumberField("instructions", result.instructions());
        json.writeNumberField("millis", result.millis());
        json.writeArrayFieldStart("compiledByC2");
        for (String method : result.compiled()) {
          json.writeString(method);
        }
        json.writeEndArray();
        write(json, result.verdict());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Verdict verdict) throws IOException {
    json.writeStringField("verdict", verdict.getClass().getSimpleName());
    switch (verdict) {
      case Verdict.Equal() -> {}
      case Verdict.Differs d -> {
        json.writeStringField("event", d.event());
        json.writeNumberField("step", d.step());
        json.writeStringField("firstInput", d.firstInput());
        json.writeStringField("otherInput", d.otherInput());
        write(json, "first", d.first());
        write(json, "other", d.other());
        write(json, "before", d.before());
      }
      case Verdict.Nondeterministic n -> {
        json.writeNumberField("step", n.step());
        write(json, "first", n.first());
        write(json, "other", n.other());
      }
      case Verdict.NotFinished n -> {
        json.writeNumberField("runs", n.runs());
        json.writeNumberField("wanted", n.wanted());
      }
      case Verdict.Unanalysed u -> {
        json.writeArrayFieldStart("because");
        for (String reason : u.because()) {
          json.writeString(reason);
        }
        json.writeEndArray();
      }
    }
  }

  private static void write(JsonGenerator json, String name, Seen seen) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("place", seen.place());
    json.writeStringField("code", seen.code());
    json.writeStringField("address", "0x" + Long.toHexString(seen.address()));
    json.writeEndObject();
  }
}
