import { messagesFor, type PeopleLanguage, toGuardianError } from '../core/shared/index.ts';
import type { Terminal } from './context.ts';

/** Prints what happened and what to do, in the reader's language; returns the exit status of the error's kind. */
export function explainError(
  thrown: unknown,
  { language, errors, isVerbose }: { language: PeopleLanguage; errors: Terminal; isVerbose: boolean },
): number {
  const messages = messagesFor(language);
  const error = toGuardianError(thrown);
  const { message, remedy } = error.explain(messages);
  errors.write(`${messages.cli.errorLine(message)}\n${messages.cli.remedyLine(remedy)}\n`);
  if (isVerbose) {
    for (let at: unknown = error; at instanceof Error; at = at.cause) errors.write(`${at.stack ?? at.message}\n`);
  }
  return error.kind.exitStatus;
}
