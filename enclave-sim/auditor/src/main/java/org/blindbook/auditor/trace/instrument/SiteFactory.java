package org.blindbook.auditor.trace.instrument;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.blindbook.auditor.trace.recording.Probe;

/** Makes the sites of one method and emits the calls that report there. */
final class SiteFactory {
  private static final ClassDesc PROBE = ClassDesc.of(Probe.class.getName());

  private final SiteTable sites;
  private final String type;
  private final String method;
  private final Map<Integer, Site> lines;
  private int line;
  private boolean lineBegins;

  /**
   * @param lines of the method that are counted, by number
   */
  SiteFactory(SiteTable sites, String type, String method, Map<Integer, Site> lines) {
    this.sites = sites;
    this.type = type;
    this.method = method;
    this.lines = lines;
  }

  /** Class and name of the method. */
  String caller() {
    return type + "." + method;
  }

  /** From here on the source line is this one. */
  void atLine(int line) {
    this.line = line;
    this.lineBegins = true;
  }

  /** In front of an instruction: the first of a line counts the line, after what jumps to it. */
  void beforeInstruction(CodeBuilder code) {
    if (lineBegins) {
      lineBegins = false;
      Site started = lines.get(line);
      if (started != null) {
        code.loadConstant(sites.number(started));
        code.invokestatic(
            PROBE, "line", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
      }
    }
  }

  /** Calls a method of {@link Probe} with the values on the stack and a new site. */
  void report(
      CodeBuilder code, String event, String detail, String probe, ClassDesc... onTheStack) {
    int site = sites.add(new Site(type, method, line, event, detail));
    List<ClassDesc> parameters = new ArrayList<>(List.of(onTheStack));
    parameters.add(ConstantDescs.CD_int);
    code.loadConstant(site);
    code.invokestatic(PROBE, probe, MethodTypeDesc.of(ConstantDescs.CD_void, parameters));
  }

  /** Calls a method of {@link Probe} that needs nothing. */
  static void tell(CodeBuilder code, String probe) {
    code.invokestatic(PROBE, probe, MethodTypeDesc.of(ConstantDescs.CD_void));
  }

  /** The clock's reading, from {@link Probe} and not from the machine. */
  static void nanoTime(CodeBuilder code) {
    code.invokestatic(PROBE, "nanoTime", MethodTypeDesc.of(ConstantDescs.CD_long));
  }

  /** Gives the object on top of the stack its number. */
  static void number(CodeBuilder code) {
    code.dup();
    code.invokestatic(
        PROBE, "numbered", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
  }

  /** Reports the number on top of the stack. */
  void reportNumber(CodeBuilder code, String event, String detail, TypeKind kind) {
    report(code, event, detail, "value", numeric(kind));
  }

  private static ClassDesc numeric(TypeKind kind) {
    return switch (kind.asLoadable()) {
      case LONG -> ConstantDescs.CD_long;
      case FLOAT -> ConstantDescs.CD_float;
      case DOUBLE -> ConstantDescs.CD_double;
      default -> ConstantDescs.CD_int;
    };
  }
}
