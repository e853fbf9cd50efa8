import type { UpstreamData } from '../upstream.ts';
import { post } from './guardian-client.ts';
import { readAll } from './read-upstream.ts';

interface Input {
  upstream: string;
  guardian: { url: string; key: string };
}

/** Reads every sensor and posts what it says; what cannot be read is posted as unknown, never as 0. */
export async function humidityScan({ upstream, guardian }: Input, { signal }: { signal: AbortSignal }) {
  const pianos = new Map(
    (await readAll<UpstreamData['pianos'][number]>(upstream, 'pianos', signal)).map((piano) => [piano.id, piano]),
  );
  const readings = await readAll<UpstreamData['humidity'][number]>(upstream, 'humidity', signal);
  const measurements = readings.map(({ piano, at, percent }) => {
    const about = pianos.get(piano);
    return {
      name: 'humidity',
      subject: {
        kind: 'piano',
        id: String(piano),
        name: about ? `${about.make} (${about.place})` : `piano ${piano}`,
        labels: { place: about?.place ?? 'unknown', client: String(about?.client ?? 'unknown') },
      },
      value: percent,
      unit: '%',
      at,
    };
  });
  await post(guardian, '/api/measurements', { measurements }, signal);
  return { readings: readings.length, unknown: readings.filter(({ percent }) => percent === null).length };
}
