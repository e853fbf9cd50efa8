import type { Exception } from '../../events/index.ts';

/** What the same input raises every time: mistakes in the code itself. By the last part of the type's name, in every language. */
const DETERMINISTIC = new Set([
  // Python
  ...['TypeError', 'AttributeError', 'KeyError', 'IndexError', 'NameError', 'UnboundLocalError', 'ValueError'],
  ...['ZeroDivisionError', 'AssertionError', 'NotImplementedError', 'UnicodeDecodeError', 'UnicodeEncodeError'],
  ...['RecursionError', 'StopIteration', 'ImportError', 'ModuleNotFoundError', 'SyntaxError', 'LookupError'],
  ...['InvalidOperation', 'ValidationError', 'JSONDecodeError'],
  // JavaScript
  ...['ReferenceError', 'RangeError', 'URIError', 'EvalError'],
  // Java, Kotlin
  ...['NullPointerException', 'ClassCastException', 'IndexOutOfBoundsException', 'ArrayIndexOutOfBoundsException'],
  ...['StringIndexOutOfBoundsException', 'IllegalArgumentException', 'IllegalStateException', 'NumberFormatException'],
  ...['ArithmeticException', 'UnsupportedOperationException', 'NoSuchElementException', 'NegativeArraySizeException'],
  ...['ConcurrentModificationException', 'DateTimeParseException', 'InputMismatchException', 'ArrayStoreException'],
  ...['UninitializedPropertyAccessException', 'StackOverflowError', 'NoSuchMethodError', 'ClassNotFoundException'],
  // .NET
  ...[
    'NullReferenceException',
    'InvalidCastException',
    'ArgumentException',
    'ArgumentNullException',
    'FormatException',
  ],
  ...['ArgumentOutOfRangeException', 'IndexOutOfRangeException', 'KeyNotFoundException', 'DivideByZeroException'],
  ...['InvalidOperationException', 'NotImplementedException', 'NotSupportedException', 'OverflowException'],
  // Ruby, PHP, Dart, Rust, Swift, Go
  ...['NoMethodError', 'ArgumentError', 'FrozenError', 'ZeroDivisionError', 'FloatDomainError', 'UncaughtThrowError'],
  ...['DivisionByZeroError', 'ArgumentCountError', 'UnhandledMatchError', 'ErrorException', 'DomainException'],
  ...['NoSuchMethodError', 'StateError', 'FormatException', 'CastError', 'LateInitializationError', 'panic'],
]);

/** Panics of languages that name no types: https://pkg.go.dev/runtime#Error, https://doc.rust-lang.org/std/macro.panic.html */
const DETERMINISTIC_MESSAGE =
  /^runtime error: (?:index out of range|invalid memory address|integer divide by zero|slice bounds|makeslice)|^interface conversion:|^assignment to entry in nil map|^index out of bounds: the len is|called `(?:Option|Result)::unwrap\(\)` on an? `(?:None|Err)`|^attempt to (?:divide|add|subtract|multiply|negate|calculate)|^Unexpectedly found nil/;

/** What the surroundings do: no change of the code at this place mends it. */
const ENVIRONMENT_TYPE =
  /^(?:Connection\w{0,30}|Connect\w{0,30}(?:Error|Exception|Timeout)|\w{0,30}Time(?:d)?[Oo]ut\w{0,20}|OutOfMemory\w{0,20}|MemoryError|BrokenPipe\w{0,20}|Disk\w{0,20}|\w{0,20}UnknownHost\w{0,20}|gaierror|SSL\w{0,20}|OperationalError|\w{0,20}Unavailable\w{0,20}|RemoteDisconnected|TooManyRequests\w{0,20}|\w{0,20}RateLimit\w{0,20}|\w{0,20}Quota\w{0,20}|PermissionError|AccessDenied\w{0,20}|\w{0,20}Throttl\w{0,20}|SocketException|NoRouteToHost\w{0,20}|EOFException|CommunicationsException|CannotGetJdbcConnectionException|SQLTransient\w{0,40}|DeadlineExceeded|ServiceUnavailable)$/;
const ENVIRONMENT_MESSAGE =
  /\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOSPC|EMFILE|EDQUOT|UND_ERR_\w{0,30}TIMEOUT)\b|context deadline exceeded|i\/o timeout|connection refused|no space left on device|too many open files|out of memory|socket hang up/i;

/** More of a message says nothing more. */
const READ = 1_000;

export function isDeterministic({ type, message }: Pick<Exception, 'type' | 'message'>): boolean {
  return DETERMINISTIC.has(lastPart(type ?? '')) || DETERMINISTIC_MESSAGE.test((message ?? '').slice(0, READ));
}

export function isOfEnvironment({ type, message }: Pick<Exception, 'type' | 'message'>): boolean {
  return (
    ENVIRONMENT_TYPE.test(lastPart(type ?? '').slice(0, 100)) ||
    ENVIRONMENT_MESSAGE.test((message ?? '').slice(0, READ))
  );
}

function lastPart(type: string): string {
  return /[^.:\\/$]*$/.exec(type.slice(-200))?.[0] ?? '';
}
