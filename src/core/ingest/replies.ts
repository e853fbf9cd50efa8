import { toGuardianError } from '../shared/index.ts';
import type { DecodedRequest } from './decode-request.ts';
import type { IngestOptions } from './options.ts';
import type { EventOutcome, WireReply } from './ports.ts';

/** The batch is durable by now: a reply that cannot be made is no reason to have it sent again, nor to end the thread. */
export function toldReply(
  options: IngestOptions,
  request: DecodedRequest,
  outcomes: readonly EventOutcome[],
): WireReply {
  try {
    return replyOf(request, outcomes);
  } catch (thrown) {
    options.onFailure(toGuardianError(thrown), request.format);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  }
}

/** Lines that were joined into one event share its outcome. */
function replyOf({ reply, raw, events }: DecodedRequest, outcomes: readonly EventOutcome[]): WireReply {
  const byId = new Map<string, EventOutcome[]>();
  events.forEach(({ event }, index) => {
    const known = byId.get(event.id);
    const outcome = outcomes[index] ?? 'stored';
    if (known) known.push(outcome);
    else byId.set(event.id, [outcome]);
  });
  const lastOf = new Map<string, EventOutcome>();
  const ofRaw = raw.map(({ id, stream }) => {
    // Equal ids in one request come out in the order they went in: the first is stored, the others repeat it.
    const outcome = byId.get(id)?.shift() ?? lastOf.get(stream) ?? 'stored';
    lastOf.set(stream, outcome);
    return outcome;
  });
  return { ...reply!(ofRaw), events: ofRaw.length };
}
