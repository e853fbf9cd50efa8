import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.ts';

describe('wrappers', () => {
  it('takes Docker’s record off', () => {
    expect(
      parseLine('{"log":"ERROR:shop.db:x\\n","stream":"stderr","time":"2025-10-20T16:01:18.121121121Z"}'),
    ).toMatchObject({
      wrapper: 'docker',
      format: 'dated',
      stream: 'stderr',
      severityNumber: 17,
      logger: 'shop.db',
      body: 'x',
      isPartial: false,
    });
    expect(parseLine('{"log":"half a","stream":"stdout","time":"2025-10-20T16:01:18.121Z"}').isPartial).toBe(true);
  });

  it('takes CRI’s prefix off', () => {
    const parsed = parseLine('2025-10-20T16:01:18.121212121Z stdout F {"level":"info","msg":"x"}');
    expect(parsed).toMatchObject({ wrapper: 'cri', format: 'json', stream: 'stdout', body: 'x', severityNumber: 9 });
    expect(Math.floor(parsed.time ?? 0)).toBe(Date.UTC(2025, 9, 20, 16, 1, 18, 121));
    expect(parseLine('2025-10-20T16:01:18.121212121Z stderr P half').isPartial).toBe(true);
    expect(parseLine('2025-10-20T16:01:18.121212121Z stdout F     at a (/x.js:1:2)').body).toBe('    at a (/x.js:1:2)');
  });

  it('reads the journal, binary messages too', () => {
    const record = {
      __CURSOR: 's=1;i=2',
      __REALTIME_TIMESTAMP: '1760976078121000',
      PRIORITY: '3',
      MESSAGE: 'boom',
      SYSLOG_IDENTIFIER: 'shop',
      _HOSTNAME: 'web',
      _PID: '7',
    };
    expect(parseLine(JSON.stringify(record))).toMatchObject({
      wrapper: 'journald',
      severityNumber: 17,
      body: 'boom',
      service: 'shop',
      instance: 'web',
      id: 's=1;i=2',
      time: 1_760_976_078_121,
    });
    expect(parseLine(JSON.stringify({ ...record, MESSAGE: [...Buffer.from('\u001b[1mé')] })).body).toBe('é');
  });
});
