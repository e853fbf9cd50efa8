import type { FixAgent, Fixes } from '../../core/fixes/index.ts';
import type { Messages } from '../../core/shared/index.ts';

/** Hand-offs of issues to those who mend, and what they answer. */
export interface FixControl extends Pick<Fixes, 'handOff' | 'reply' | 'outlook'> {
  /** Whom the configuration names; `problem`: why nothing can be handed to them. */
  agents(): Promise<
    (FixAgent & {
      isAutomatic: boolean;
      today: number;
      perDay: number;
      problem: keyof Messages['fixes']['agentProblems'] | null;
    })[]
  >;
  /** A mail that a provider posts. Throws `unauthorized` when it does not know the secret. Null: nobody may post. */
  takeMail: ((posted: { headers: ReadonlyMap<string, string>; body: Uint8Array }) => Promise<MailAnswer>) | null;
}

/** What came of a mail; `reason`: why it was passed over. */
export type MailAnswer = { isTaken: true; fixId: string } | { isTaken: false; reason: string };
