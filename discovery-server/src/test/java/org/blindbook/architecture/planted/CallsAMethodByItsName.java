package org.blindbook.architecture.planted;

import java.lang.reflect.Method;

public final class CallsAMethodByItsName {
  Object call(Object target, String name) throws ReflectiveOperationException {
    Method method = target.getClass().getMethod(name);
    return method.invoke(target);
  }
}
