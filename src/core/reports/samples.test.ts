import { describe, expect, it } from 'vitest';
import { errorEvent, event, incident, issue, START } from '../../../test/fixtures/understanding.ts';
import { logSamples } from './samples.ts';

const around = (time: number, count: number) =>
  Array.from({ length: count }, (_, index) => event({ id: `${time}-${index}`, time: time - (index + 1) * 1000 }));

function worst(times: number[]) {
  return times.map((time) => {
    const one = incident({ representative: errorEvent({ time, id: `failure ${time}` }) });
    return { incident: one, issue: issue({ incidents: [one] }) };
  });
}

describe('log samples', () => {
  const far = START + 3_600_000;

  it('stand around the worst incidents, an equal share for each, in the order of time', () => {
    const context = [...around(START, 30), ...around(far, 30)].sort((a, b) => a.time - b.time);
    const samples = logSamples({ worst: worst([far, START]), context, limit: 15, characters: 500 });
    expect(samples).toHaveLength(15);
    expect(samples.filter((sample) => sample.timestamp < '2026-03-14T09:30')).toHaveLength(7);
    expect(samples.filter((sample) => sample.severity === 'ERROR')).toHaveLength(2);
    expect(samples.map((sample) => sample.timestamp)).toEqual(samples.map((sample) => sample.timestamp).sort());
  });

  it('are no more than 15, and cut to 500 characters', () => {
    const context = around(START, 40).map((one) => ({
      ...one,
      body: 'x'.repeat(2000),
      payload: { text: 'y'.repeat(2000) },
    }));
    const samples = logSamples({ worst: worst([START]), context, limit: 15, characters: 500 });
    expect(samples).toHaveLength(15);
    for (const sample of samples) {
      expect(sample.message.length).toBeLessThanOrEqual(500);
      expect(sample.payload_excerpt?.length ?? 0).toBeLessThanOrEqual(500);
    }
  });

  it('carry the request and where they come from', () => {
    const [sample] = logSamples({ worst: worst([START]), context: [], limit: 15, characters: 500 });
    expect(sample).toMatchObject({
      endpoint: 'POST /api/orders/:id/pay',
      http_method: 'POST',
      status_code: 500,
      request_id: 'request-71f2',
      source: 'file shop.json:1',
    });
  });

  it('are none without an incident', () => {
    expect(logSamples({ worst: [], context: around(START, 5), limit: 15, characters: 500 })).toEqual([]);
  });
});
