import type { Debate, DebateEnding, DebateState, DebateSummary, DebateTurn, Synthesis } from './debate.ts';

/** What a debate does while it runs. Each call changes a running debate only: `false` says that it runs no more, and nothing was kept. */
export interface DebateStore {
  /** `aliveUntil`: whoever holds it says so again before that instant, else it is taken for dead. */
  add(debate: Debate, aliveUntil: number): Promise<void>;
  /** The debate is there still, and has come so far. A turn that is kept already is not kept again. */
  progress(id: string, made: DebateProgress): Promise<boolean>;
  end(id: string, end: DebateEnd): Promise<boolean>;
}

export interface DebateProgress extends Partial<Pick<DebateSummary, 'agreement' | 'isOneVoice' | 'cost'>> {
  aliveUntil: number;
  /** `position` orders the turns. */
  turn?: { position: number; turn: DebateTurn };
}

export interface DebateEnd extends Pick<DebateSummary, 'agreement' | 'isOneVoice' | 'cost'> {
  state: Exclude<DebateState, 'running'>;
  at: number;
  because: DebateEnding;
  synthesis: Synthesis | null;
}

export interface DebateReader {
  read(id: string): Promise<Debate | null>;
  /** Newest first. Throws `payload_invalid` for a cursor that no page before gave. */
  list(query: {
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ debates: DebateSummary[]; next: string | null }>;
}

export interface DebateUpkeep {
  /** Fails the running debates that nobody has said to be alive since that instant, as stopped; gives their ids. */
  failAbandoned(abandoned: { aliveBefore: number; at: number }): Promise<string[]>;
  /** Forgets what ended before that instant, at most `limit`; gives how many. */
  forgetBefore(instant: number, limit: number): Promise<number>;
}

/** Told as it happens to whoever listens, in the words of the wire. */
export interface DebateFeed {
  told(event: DebateEvent): void;
}

export interface DebateEvent {
  name: 'debate_started' | 'debate_status_update' | 'debate_turn_update' | 'debate_result' | 'debate_ended';
  /** Always with the debate's `id`. */
  data: Readonly<Record<string, unknown>> & { id: string };
}
