import type { Language } from '../../events/index.ts';
import type { Messages } from '../../shared/index.ts';

export type FixName = keyof Messages['suggestedFixes']['fixes'];

export interface FixRule {
  fix: FixName;
  /** The language of the trace; a trace whose language is unknown fits every rule. */
  languages: readonly Language[];
  /** Last name parts of the type, compared exactly; null when the language says it in the message only. */
  types: readonly string[] | null;
  /** What the message must show. It only chooses among fixed texts; nothing of the message is repeated. */
  message?: RegExp;
}

const PYTHON: readonly Language[] = ['python'];
const SCRIPT: readonly Language[] = ['node', 'browser'];
const JAVA: readonly Language[] = ['java'];
const GO: readonly Language[] = ['go'];

const python: FixRule[] = [
  { fix: 'missingKey', languages: PYTHON, types: ['KeyError'] },
  { fix: 'missingIndex', languages: PYTHON, types: ['IndexError'] },
  { fix: 'attributeOfNone', languages: PYTHON, types: ['AttributeError'], message: /'NoneType' object/ },
  { fix: 'missingAttribute', languages: PYTHON, types: ['AttributeError'] },
  { fix: 'operationOnNone', languages: PYTHON, types: ['TypeError'], message: /\bNoneType\b/ },
  { fix: 'wrongArgumentType', languages: PYTHON, types: ['TypeError'] },
  { fix: 'invalidJson', languages: PYTHON, types: ['JSONDecodeError'] },
  { fix: 'wrongEncoding', languages: PYTHON, types: ['UnicodeDecodeError', 'UnicodeEncodeError'] },
  { fix: 'badValue', languages: PYTHON, types: ['ValueError', 'ValidationError'] },
  { fix: 'divisionByZero', languages: PYTHON, types: ['ZeroDivisionError'] },
  { fix: 'undefinedName', languages: PYTHON, types: ['NameError', 'UnboundLocalError'] },
  { fix: 'missingModule', languages: PYTHON, types: ['ModuleNotFoundError', 'ImportError'] },
  { fix: 'endlessRecursion', languages: PYTHON, types: ['RecursionError'] },
  { fix: 'missingFile', languages: PYTHON, types: ['FileNotFoundError'] },
  { fix: 'noPermission', languages: PYTHON, types: ['PermissionError'] },
  { fix: 'timeout', languages: PYTHON, types: ['TimeoutError', 'ReadTimeout', 'ConnectTimeout', 'Timeout'] },
  { fix: 'connectionRefused', languages: PYTHON, types: ['ConnectionRefusedError', 'ConnectError'] },
  {
    fix: 'connectionLost',
    languages: PYTHON,
    types: ['ConnectionResetError', 'BrokenPipeError', 'RemoteDisconnected', 'ConnectionError'],
  },
  { fix: 'constraintViolated', languages: PYTHON, types: ['IntegrityError', 'UniqueViolation', 'ForeignKeyViolation'] },
  { fix: 'transactionDeadlock', languages: PYTHON, types: ['DeadlockDetected'] },
  { fix: 'databaseUnavailable', languages: PYTHON, types: ['OperationalError', 'InterfaceError'] },
  { fix: 'outOfMemory', languages: PYTHON, types: ['MemoryError'] },
  { fix: 'failedAssertion', languages: PYTHON, types: ['AssertionError'] },
];

const script: FixRule[] = [
  {
    fix: 'undefinedProperty',
    languages: SCRIPT,
    types: ['TypeError'],
    message: /Cannot (?:read|set) propert(?:y|ies) .{0,200}of (?:undefined|null)|(?:undefined|null) is not an object/,
  },
  { fix: 'notAFunction', languages: SCRIPT, types: ['TypeError'], message: /is not a (?:function|constructor)/ },
  { fix: 'wrongArgumentType', languages: SCRIPT, types: ['TypeError'] },
  { fix: 'undefinedName', languages: SCRIPT, types: ['ReferenceError'] },
  { fix: 'invalidJson', languages: SCRIPT, types: ['SyntaxError'], message: /\bJSON\b/ },
  {
    fix: 'endlessRecursion',
    languages: SCRIPT,
    types: ['RangeError', 'InternalError'],
    message: /call stack|too much recursion/,
  },
  { fix: 'fixedSizeExceeded', languages: SCRIPT, types: ['RangeError'] },
  { fix: 'connectionRefused', languages: SCRIPT, types: null, message: /\bECONNREFUSED\b/ },
  {
    fix: 'timeout',
    languages: SCRIPT,
    types: null,
    message: /\b(?:ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w{0,20}TIMEOUT)\b/,
  },
  { fix: 'connectionLost', languages: SCRIPT, types: null, message: /\b(?:ECONNRESET|EPIPE)\b|socket hang up/ },
  { fix: 'nameNotResolved', languages: SCRIPT, types: null, message: /\b(?:ENOTFOUND|EAI_AGAIN)\b/ },
  { fix: 'addressInUse', languages: SCRIPT, types: null, message: /\bEADDRINUSE\b/ },
  { fix: 'missingFile', languages: SCRIPT, types: null, message: /\bENOENT\b/ },
  { fix: 'noPermission', languages: SCRIPT, types: null, message: /\b(?:EACCES|EPERM)\b/ },
  { fix: 'tooManyFiles', languages: SCRIPT, types: null, message: /\b(?:EMFILE|ENFILE)\b/ },
  {
    fix: 'missingModule',
    languages: SCRIPT,
    types: null,
    message: /\b(?:ERR_)?MODULE_NOT_FOUND\b|Cannot find (?:module|package)/,
  },
  { fix: 'outOfMemory', languages: SCRIPT, types: null, message: /heap out of memory/ },
  { fix: 'timeout', languages: SCRIPT, types: ['TimeoutError', 'ConnectTimeoutError', 'HeadersTimeoutError'] },
  { fix: 'failedAssertion', languages: SCRIPT, types: ['AssertionError'] },
];

const java: FixRule[] = [
  { fix: 'nullReference', languages: JAVA, types: ['NullPointerException', 'KotlinNullPointerException'] },
  { fix: 'wrongCast', languages: JAVA, types: ['ClassCastException'] },
  {
    fix: 'missingIndex',
    languages: JAVA,
    types: ['IndexOutOfBoundsException', 'ArrayIndexOutOfBoundsException', 'StringIndexOutOfBoundsException'],
  },
  { fix: 'missingKey', languages: JAVA, types: ['NoSuchElementException'] },
  {
    fix: 'missingClass',
    languages: JAVA,
    types: ['ClassNotFoundException', 'NoClassDefFoundError', 'NoSuchMethodError', 'AbstractMethodError'],
  },
  { fix: 'concurrentModification', languages: JAVA, types: ['ConcurrentModificationException'] },
  {
    fix: 'badValue',
    languages: JAVA,
    types: ['IllegalArgumentException', 'NumberFormatException', 'DateTimeParseException'],
  },
  { fix: 'badState', languages: JAVA, types: ['IllegalStateException', 'LazyInitializationException'] },
  { fix: 'divisionByZero', languages: JAVA, types: ['ArithmeticException'] },
  { fix: 'invalidJson', languages: JAVA, types: ['JsonParseException', 'JsonSyntaxException', 'JsonMappingException'] },
  { fix: 'endlessRecursion', languages: JAVA, types: ['StackOverflowError'] },
  { fix: 'outOfMemory', languages: JAVA, types: ['OutOfMemoryError'] },
  { fix: 'missingFile', languages: JAVA, types: ['FileNotFoundException', 'NoSuchFileException'] },
  { fix: 'noPermission', languages: JAVA, types: ['AccessDeniedException'] },
  { fix: 'timeout', languages: JAVA, types: ['SocketTimeoutException', 'TimeoutException', 'HttpTimeoutException'] },
  { fix: 'connectionRefused', languages: JAVA, types: ['ConnectException'] },
  { fix: 'nameNotResolved', languages: JAVA, types: ['UnknownHostException'] },
  {
    fix: 'constraintViolated',
    languages: JAVA,
    types: [
      'SQLIntegrityConstraintViolationException',
      'DataIntegrityViolationException',
      'ConstraintViolationException',
    ],
  },
  {
    fix: 'transactionDeadlock',
    languages: JAVA,
    types: ['DeadlockLoserDataAccessException', 'CannotAcquireLockException'],
  },
  {
    fix: 'databaseUnavailable',
    languages: JAVA,
    types: ['CannotGetJdbcConnectionException', 'SQLTransientConnectionException', 'CommunicationsException'],
  },
];

const go: FixRule[] = [
  { fix: 'nilPointer', languages: GO, types: null, message: /nil pointer dereference|assignment to entry in nil map/ },
  { fix: 'missingIndex', languages: GO, types: null, message: /(?:index|slice bounds) out of range/ },
  { fix: 'deadlock', languages: GO, types: null, message: /all goroutines are asleep/ },
  { fix: 'unsafeMap', languages: GO, types: null, message: /concurrent map (?:writes|read|iteration)/ },
  { fix: 'closedChannel', languages: GO, types: null, message: /(?:send on|close of) closed channel/ },
  { fix: 'wrongCast', languages: GO, types: null, message: /interface conversion:/ },
  { fix: 'divisionByZero', languages: GO, types: null, message: /integer divide by zero/ },
  { fix: 'endlessRecursion', languages: GO, types: null, message: /stack overflow|stack exceeds/ },
  { fix: 'timeout', languages: GO, types: null, message: /context deadline exceeded|i\/o timeout/ },
  { fix: 'connectionRefused', languages: GO, types: null, message: /connection refused/ },
  { fix: 'outOfMemory', languages: GO, types: null, message: /runtime: out of memory/ },
];

/** Which fixed text fits which error, first match first. */
export const FIX_CATALOGUE: readonly FixRule[] = [...python, ...script, ...java, ...go];
