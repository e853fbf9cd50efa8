/**
 * Sessions of one user on one client of one service, formed from what is known of their activity. A pure function of the SET of facts: in
 * which order they arrived, how often, and in how many pieces does not matter.
 *
 * - Activity is an instant: the start and the end of a request, a frame, a sign of life. Between two instants of one session there are
 *   at most `timeoutMs`; one millisecond more starts a new session.
 * - A login ends the session that is open at its instant, there, and starts one. A logout ends it there; what follows starts a new one.
 *   A mark that finds no session open ends nothing: a logout is then nothing at all, a login only starts one.
 * - A session that ran out ended at its LAST activity, without the time-out.
 * - A request belongs to one session if a mark falls into it: of a request that logs in what counts begins at the login, of one that
 *   logs out it ends at the logout. Otherwise the answer to "log out" would open a new session.
 */
export interface SessionFacts {
  /** Requests; equal instants are allowed, and a request may have no length. */
  spans: readonly { from: number; to: number }[];
  marks: readonly SessionMark[];
}

export interface SessionMark {
  at: number;
  kind: 'login' | 'logout';
}

/** Epoch ms throughout. */
export interface FormedSession {
  start: number;
  lastActivity: number;
  /** When it ended; null: nothing tells that it did (it is the last, and its time-out may not be over). */
  end: number | null;
  reason: 'inactive' | 'login' | 'logout' | null;
}

/** 30 minutes; the knob is 1 to 240. */
const SESSION_TIMEOUT_MS = 30 * 60_000;

/** Oldest first. The last session stays open, as far as these facts go: see `closeIfOver`. Facts before `from` are left out. */
export function formSessions(
  { spans, marks }: SessionFacts,
  timeoutMs: number = SESSION_TIMEOUT_MS,
  from: number = Number.NEGATIVE_INFINITY,
): FormedSession[] {
  const sessions: FormedSession[] = [];
  let open: FormedSession | null = null;
  for (const fact of factsInOrder(spans, [...marks].sort(byInstant))) {
    const { at } = fact;
    if (at < from) continue;
    const ending: Ending | null = open && endingOf(open, fact, timeoutMs);
    if (ending) {
      Object.assign(open!, ending);
      open = null;
    }
    if (fact.kind === 'logout') continue;
    if (open === null) {
      open = { start: at, lastActivity: at, end: null, reason: null };
      sessions.push(open);
    } else open.lastActivity = at;
  }
  return sessions;
}

/**
 * The same, where no marks are near: sessions that stand are whole, so activity within them changes nothing, and what lies within the
 * time-out of one joins it. Far fewer rows are read than for forming them anew.
 */
export function extendSessions(
  standing: readonly Pick<FormedSession, 'start' | 'lastActivity'>[],
  spans: SessionFacts['spans'],
  timeoutMs: number = SESSION_TIMEOUT_MS,
): FormedSession[] {
  const whole = standing.map(({ start, lastActivity }) => ({ start, lastActivity }));
  const instants = spans.flatMap(({ from, to }) => [from, to]).map((at) => ({ start: at, lastActivity: at }));
  const sessions: FormedSession[] = [];
  for (const { start, lastActivity } of [...whole, ...instants].sort((a, b) => a.start - b.start)) {
    const open = sessions.at(-1);
    if (open && start - open.lastActivity <= timeoutMs) {
      open.lastActivity = Math.max(open.lastActivity, lastActivity);
      continue;
    }
    if (open) Object.assign(open, { end: open.lastActivity, reason: 'inactive' });
    sessions.push({ start, lastActivity, end: null, reason: null });
  }
  return sessions;
}

/** Ends a session that is open while its time-out is over. */
export function closeIfOver(
  session: FormedSession,
  now: number,
  timeoutMs: number = SESSION_TIMEOUT_MS,
): FormedSession {
  if (session.end !== null || now - session.lastActivity <= timeoutMs) return session;
  return { ...session, end: session.lastActivity, reason: 'inactive' };
}

/** Milliseconds of the window that are covered by at least one of these sessions: several clients of one user at once count once. */
export function unionMs(
  sessions: readonly Pick<FormedSession, 'start' | 'lastActivity' | 'end'>[],
  window: { from: number; to: number },
): number {
  const ordered = sessions
    .map(({ start, lastActivity, end }) => ({
      from: Math.max(start, window.from),
      to: Math.min(end ?? lastActivity, window.to),
    }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of ordered) {
    if (to <= reached) continue;
    total += to - Math.max(from, reached);
    reached = to;
  }
  return total;
}

interface Fact {
  at: number;
  kind: 'activity' | 'login' | 'logout';
}

/** Of one instant: activity that led up to a logout comes before it, what a login starts comes after it. */
const RANK = { login: 0, activity: 1, logout: 2 } as const;

function factsInOrder(spans: SessionFacts['spans'], marks: readonly SessionMark[]): Fact[] {
  const facts: Fact[] = [...marks];
  for (const span of spans) {
    const { from, to } = within(span, marks);
    facts.push({ at: from, kind: 'activity' });
    if (to > from) facts.push({ at: to, kind: 'activity' });
  }
  return facts.sort((a, b) => a.at - b.at || RANK[a.kind] - RANK[b.kind]);
}

/** What counts of a request into which marks fall: from its last login, or, if it logs out, up to its first logout. */
function within(
  { from, to }: { from: number; to: number },
  marks: readonly SessionMark[],
): { from: number; to: number } {
  let begin = from;
  for (const { at, kind } of marks) {
    if (at < from || at > to) continue;
    if (kind === 'logout') return { from: begin, to: at };
    begin = at;
  }
  return { from: begin, to };
}

function byInstant(a: SessionMark, b: SessionMark): number {
  return a.at - b.at || RANK[a.kind] - RANK[b.kind];
}

interface Ending {
  end: number;
  reason: NonNullable<FormedSession['reason']>;
}

/** How the open session ended before the fact, or by it; null: it goes on. */
function endingOf(open: FormedSession, { at, kind }: Fact, timeoutMs: number): Ending | null {
  if (at - open.lastActivity > timeoutMs) return { end: open.lastActivity, reason: 'inactive' };
  if (kind === 'logout') return { end: at, reason: 'logout' };
  return kind === 'login' && !beganHere(open, at) ? { end: at, reason: 'login' } : null;
}

/** A login that repeats the instant at which the session began is the same login. */
function beganHere(session: FormedSession, at: number): boolean {
  return session.start === at && session.lastActivity === at;
}
