package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.WrongMethodTypeException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Reflection on the enclave's classes, which stand on the class path of this process. */
public final class Enclave {
  private static final String PACKAGE = "org.blindbook.enclave.";

  private Enclave() {}

  /** Says that the enclave is not the one this auditor knows. */
  public static void doesNotFit(ReflectiveOperationException e) {
    System.err.println(
        "The enclave does not fit this auditor: use the auditor of the same release. (" + e + ")");
  }

  static Class<?> type(String name) throws ReflectiveOperationException {
    return Class.forName(PACKAGE + name);
  }

  static Object create(String type, Object... arguments) throws ReflectiveOperationException {
    for (Constructor<?> constructor : type(type).getDeclaredConstructors()) {
      if (constructor.getParameterCount() == arguments.length) { // no two have the same number
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
      }
    }
    throw new NoSuchMethodException(type);
  }

  /** Calls a method without telling apart overloads: the enclave has none among those used here. */
  static Object call(Object receiver, String method, Object... arguments)
      throws ReflectiveOperationException {
    return method(receiver.getClass(), method).invoke(receiver, arguments);
  }

  static Object callStatic(String type, String method, Object... arguments)
      throws ReflectiveOperationException {
    Method found =
        Arrays.stream(type(type).getDeclaredMethods())
            .filter(m -> m.getName().equals(method) && m.getParameterCount() == arguments.length)
            .filter(
                m -> m.getParameterCount() == 0 || takes(m.getParameterTypes()[0], arguments[0]))
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(type + "." + method));
    found.setAccessible(true);
    return found.invoke(null, arguments);
  }

  private static boolean takes(Class<?> parameter, Object argument) {
    return MethodType.methodType(parameter).wrap().returnType().isInstance(argument);
  }

  /** A copy of a record with another value of one component. */
  static Object with(Object original, String component, Object value)
      throws ReflectiveOperationException {
    RecordComponent[] components = original.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    boolean known = false;
    for (int i = 0; i < components.length; i++) {
      boolean replaced = components[i].getName().equals(component);
      values[i] = replaced ? value : call(original, components[i].getName());
      known |= replaced;
    }
    if (!known) {
      throw new NoSuchMethodException(original.getClass().getName() + "." + component);
    }
    return create(original.getClass().getName().substring(PACKAGE.length()), values);
  }

  static long[] longs(Object receiver, String field) throws ReflectiveOperationException {
    return (long[]) value(receiver, field);
  }

  static Object value(Object receiver, String field) throws ReflectiveOperationException {
    for (Class<?> type = receiver.getClass(); type != null; type = type.getSuperclass()) {
      for (Field found : type.getDeclaredFields()) {
        if (found.getName().equals(field)) {
          found.setAccessible(true);
          return found.get(receiver);
        }
      }
    }
    throw new NoSuchFieldException(field);
  }

  /** A method of a class that has one of that name. */
  static MethodHandle handle(String type, String method) throws ReflectiveOperationException {
    return MethodHandles.lookup().unreflect(method(type(type), method));
  }

  /** Reads a field: a method that does no more is never compiled by C2 on its own. */
  static MethodHandle getter(String type, String field) throws ReflectiveOperationException {
    Field found = type(type).getDeclaredField(field);
    found.setAccessible(true);
    return MethodHandles.lookup().unreflectGetter(found);
  }

  /** The constructor of a class that has one. */
  static MethodHandle constructor(String type) throws ReflectiveOperationException {
    Constructor<?> only = type(type).getDeclaredConstructors()[0];
    only.setAccessible(true);
    return MethodHandles.lookup().unreflectConstructor(only);
  }

  /** A call with all its arguments, its result dropped. */
  static MethodHandle bound(Object receiver, String method, Object... arguments)
      throws ReflectiveOperationException {
    MethodHandle handle = MethodHandles.lookup().unreflect(method(receiver.getClass(), method));
    try {
      handle = MethodHandles.insertArguments(handle.bindTo(receiver), 0, arguments);
      return handle.asType(MethodType.methodType(void.class));
    } catch (IllegalArgumentException | ClassCastException | WrongMethodTypeException e) {
      throw new NoSuchMethodException(method + " with other arguments than " + handle.type());
    }
  }

  private static Method method(Class<?> type, String name) throws ReflectiveOperationException {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name) && !method.isSynthetic()) {
        method.setAccessible(true);
        return method;
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + name);
  }

  /** A source of randomness that calls a function of this class path: a lambda, not a proxy. */
  static Object randomSource(MethodHandles.Lookup lookup, MethodHandle fill)
      throws ReflectiveOperationException {
    MethodType shape = MethodType.methodType(void.class, long[].class);
    try {
      return LambdaMetafactory.metafactory(
              lookup,
              "fill",
              MethodType.methodType(type("oblivious.RandomSource")),
              shape,
              fill,
              shape)
          .getTarget()
          .invoke();
    } catch (Throwable e) {
      throw new ReflectiveOperationException("no source of randomness can be made", e);
    }
  }
}
