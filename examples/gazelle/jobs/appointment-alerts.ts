import type { UpstreamData } from '../upstream.ts';
import { post } from './guardian-client.ts';
import { readAll } from './read-upstream.ts';

interface Input {
  upstream: string;
  guardian: { url: string; key: string };
  timeZone: string;
}

interface Context {
  signal: AbortSignal;
  /** The due instant: a late tick still looks at its own day. Null for a run asked for by hand. */
  run: { tick: number | null };
}

/** Tells of tomorrow's appointments that nobody has confirmed, and takes back what has been confirmed since. */
export async function appointmentAlerts({ upstream, guardian, timeZone }: Input, { signal, run }: Context) {
  const appointments = await readAll<UpstreamData['appointments'][number]>(upstream, 'appointments', signal);
  const dayOf = (instant: number) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant);
  const tomorrow = dayOf((run.tick ?? Date.now()) + 86_400_000);
  const due = appointments.filter(({ at }) => dayOf(Date.parse(at)) === tomorrow);
  let unconfirmed = 0;
  for (const { id, at, technician, isConfirmed } of due) {
    if (!isConfirmed) unconfirmed++;
    const alert = {
      type: 'APPOINTMENT_UNCONFIRMED',
      state: isConfirmed ? 'resolved' : 'firing',
      severity: 'warning',
      subject: { kind: 'appointment', id: String(id), name: `Appointment ${id}`, labels: { technician } },
      description: `Nobody has confirmed the appointment of ${at}.`,
      advice: 'Call the client.',
    };
    await post(guardian, '/api/alerts', alert, signal);
  }
  return { appointments: due.length, unconfirmed };
}
