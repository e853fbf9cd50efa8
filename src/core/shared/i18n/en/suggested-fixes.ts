/** One fixed text for each kind of fault. Nothing of an event enters it; the place and the endpoint stand in front. */
export const suggestedFixes = {
  /** `src/cart.py:88 (POST /orders): ` in front of a text; each part only when it is known. */
  at: (place: string | null, endpoint: string | null) => {
    if (place && endpoint) return `${place} (${endpoint}): `;
    if (place || endpoint) return `${place ?? endpoint}: `;
    return '';
  },
  fixes: {
    missingKey:
      'A key is read that the mapping does not hold. Decide what its absence means: validate the input where it enters, read with a default, or answer that it is not there.',
    missingIndex:
      'A position beyond the end is read. Check the length first, and decide what an empty or shorter list means.',
    attributeOfNone:
      'An attribute of None is used: a call before it returned nothing. Find which one, handle that case there, and test it.',
    missingAttribute:
      'The object has no such attribute. Check the name, the type that really arrives, and whether a library changed between releases.',
    operationOnNone:
      'None is used where a value is needed. Follow the value back to the call that returned nothing, and handle it there.',
    wrongArgumentType:
      'A value of another type than expected is used. Convert or validate it where it enters, and check the signature of what is called.',
    badValue:
      'A value has the right type but is not acceptable. Validate it where it enters, and answer a bad request as such instead of failing.',
    divisionByZero: 'A divisor is zero. Decide what the result means for an empty set, and test that case.',
    undefinedName:
      'A name is used before it is set, or not at all. Set it on every path, and let a linter check for it.',
    missingModule:
      'A module is not in the running image. Add it to the dependencies and the lock file, and check that the build copies it and that the name is right.',
    invalidJson:
      'Text that is no JSON is parsed. Check status and content type of the answer first, and handle an empty or HTML body.',
    wrongEncoding:
      'Bytes are decoded with the wrong encoding. Use the encoding the source declares, or read bytes; do not drop characters silently.',
    endlessRecursion:
      'The calls nest without end. Check the end condition and for cycles in the data; use a loop for deep structures.',
    missingFile:
      'A file is not there at run time. Check the path, that the image contains the file, and that the folder is writable if it is made at run time.',
    noPermission:
      'The process may not do this. Check the user it runs as, the rights of the file or the role of the account; grant no more than is needed.',
    timeout:
      'The other side did not answer in time. Set a time limit on each call, retry only what may be repeated, and look why it is slow.',
    connectionRefused:
      'Nobody listens at the other end. Check that the service runs, its host and port in the configuration, and that the network lets it through.',
    connectionLost:
      'The connection was closed in the middle. Renew pooled connections before they idle out, and retry only what may be repeated.',
    nameNotResolved:
      'The host name cannot be resolved. Check its spelling in the configuration, and the name service of the network.',
    addressInUse:
      'The port is already taken. Make sure that only one process listens there, and that the old one ended before the new one starts.',
    tooManyFiles:
      'Too many files or sockets are open. Close them on every path, use a pool, and only then raise the limit.',
    constraintViolated:
      'The database refused a row that breaks a constraint. Check before writing or use an upsert, and answer a conflict as such.',
    databaseUnavailable:
      'The database could not do its work: connection, lock or missing table. Check that it is reachable, that migrations ran, and how long transactions hold locks.',
    transactionDeadlock:
      'Two transactions wait for each other. Take locks in one order everywhere, keep transactions short, and repeat the one that was chosen to fail.',
    undefinedProperty:
      'A property of undefined or null is read. Find which value is missing (an answer, an option, an await left out), and handle it there.',
    notAFunction:
      'Something that is no function is called. Check the import (default or named), the spelling, and what type really arrives.',
    nullReference:
      'A reference is null where an object is needed. Find where it should have been set, handle its absence there, and say in the type that it may be missing.',
    wrongCast:
      'An object is cast to a type that it does not have. Check what really arrives and why, and test the type before the cast.',
    missingClass:
      'A class or method of a library is not there at run time. Look for two versions of it among the dependencies, and align them.',
    concurrentModification:
      'A collection is changed while it is walked through. Collect the changes and apply them after, or use a collection made for it.',
    badState:
      'The object is not in the state this call needs. Check the order of calls, and whether it was closed or never opened.',
    outOfMemory:
      'Memory ran out. Take a heap profile, bound caches and lists, read large data in parts; raise the limit only when the need is real.',
    nilPointer:
      'A nil pointer is used. Check the error of the call that gave it before using the value, and initialise maps and structures.',
    deadlock:
      'All goroutines wait. Check who should send, receive or unlock: a channel nobody closes, a lock taken twice, a missing Done.',
    unsafeMap: 'A map is used by several goroutines at once. Guard it with a mutex, or hand it to one goroutine.',
    closedChannel:
      'A closed channel is sent to or closed again. Let only its sender close it, once, after the last message.',
    failedAssertion:
      'A condition that should always hold does not. Find which assumption is wrong; use proper validation for input.',
    fixedSizeExceeded:
      'A number or length is outside what is allowed. Check how it is computed, and limit it where it enters.',
  },
};
