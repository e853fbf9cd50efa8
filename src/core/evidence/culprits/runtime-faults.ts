/** Errors that a language's runtime raises by itself, at the faulty expression. */
const RUNTIME_FAULTS = new Set([
  // Java, Kotlin, .NET
  'NullPointerException',
  'ArrayIndexOutOfBoundsException',
  'StringIndexOutOfBoundsException',
  'ClassCastException',
  'ArithmeticException',
  'NegativeArraySizeException',
  'ArrayStoreException',
  'StackOverflowError',
  'OutOfMemoryError',
  'NoSuchMethodError',
  'NoClassDefFoundError',
  'AbstractMethodError',
  'NullReferenceException',
  'InvalidCastException',
  'IndexOutOfRangeException',
  'DivideByZeroException',
  // Python, Ruby
  'KeyError',
  'IndexError',
  'AttributeError',
  'NameError',
  'UnboundLocalError',
  'ZeroDivisionError',
  'RecursionError',
  'NoMethodError',
  'ImportError',
  'ModuleNotFoundError',
  // JavaScript
  'ReferenceError',
]);

/** `java.lang.NullPointerException` → true. Types that programs also throw on purpose (TypeError, IllegalStateException) are not listed. */
export function isRuntimeFault(errorType: string | null): boolean {
  return errorType !== null && RUNTIME_FAULTS.has(errorType.slice(errorType.lastIndexOf('.') + 1));
}
