import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event, exception } from '../event-fixtures.ts';
import { recogniseSignal } from './recognise-signal.ts';

const signalOf = (body: string, fields: Parameters<typeof event>[0] = {}) =>
  recogniseSignal(event({ body, ...fields }));

describe("the platform's word on a death", () => {
  it.each([
    [
      'OOM',
      'Memory limit of 1024 MiB exceeded with 1062 MiB used. Consider increasing the memory limit, see https://x.example',
    ],
    ['CRASH', 'Container called exit(1).'],
    ['CRASH', 'Container terminated on signal 9.'],
    ['CRASH', 'Uncaught signal: 6, pid=1, tid=1, fault_addr=0.'],
    [
      'UNHEALTHY',
      'Default STARTUP TCP probe failed 1 time consecutively for container "shop-1" on port 8080. The instance was not started.',
    ],
    [
      'UNHEALTHY',
      'LIVENESS HTTP probe failed 3 times consecutively for container "shop-1" on path "/live". The instance has been shut down.',
    ],
    ['UNHEALTHY', 'Ready condition status changed to False for Revision shop-00007 with message: no.'],
    ['UNHEALTHY', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
    ['CRASH', 'Back-off restarting failed container shop in pod shop-5c9'],
    [
      'CRASH',
      'Error syncing pod, skipping: failed to "StartContainer" for "shop" with CrashLoopBackOff: "back-off 5m0s restarting failed container=shop pod=x"',
    ],
    ['OOM', 'OOMKilled'],
    ['OOM', 'Out of memory: Killed process 4711 (python3) total-vm:8123456kB, anon-rss:4123456kB'],
    ['OOM', '[ 9123.456789] Memory cgroup out of memory: Killed process 12 (node), UID 0'],
    ['OOM', 'Out of memory: Kill process 4711 (java) score 905 or sacrifice child'],
    ['OOM', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    [
      'OOM',
      '<--- Last few GCs --->\n\nFATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory',
    ],
    ['OOM', 'fatal error: runtime: out of memory'],
    ['CRASH', 'shop.service: Main process exited, code=killed, status=9/KILL'],
    ['CRASH', 'shop.service: Main process exited, code=exited, status=1/FAILURE'],
    ['OOM', "shop.service: Failed with result 'oom-kill'."],
    ['CRASH', 'kernel: shop[811]: segfault at 0 ip 000055d3 sp 00007ffd error 4 in shop'],
    ['CRASH', 'Segmentation fault (core dumped)'],
    ['CRASH', 'shop-web-1 exited with code 137'],
    ['CRASH', 'Process exited with status 134'],
  ])('%s: %s', (type, body) => {
    expect(signalOf(body)?.type).toBe(type);
  });

  it.each([
    'health check passed',
    'Connection terminated',
    'a skilled worker was killed off in chapter 3',
    'exit code 0',
    'readiness check ok',
    'Container called exit(0).',
    'Container terminated on signal 15.',
    'shop.service: Main process exited, code=killed, status=15/TERM',
    'shop.service: Main process exited, code=exited, status=0/SUCCESS',
    'shop-web-1 exited with code 0',
    'shop-web-1 exited with code 143',
    'the request was out of memory of the committee',
    'user asked: what does "Container called exit(1)." mean?',
    'docs: Memory limit of 1024 MiB exceeded with 1062 MiB used is a Cloud Run message',
    'probe failed? no, the readiness probe succeeded',
    'the OOMKilled state is explained here',
    'unhealthy food sold out',
    'crash course on signals: signal 9',
    'Ready condition status changed to True for Revision shop-00007.',
    'STARTUP TCP probe succeeded after 1 attempt',
  ])('a mere word is none: %s', (body) => {
    expect(signalOf(body)).toBeNull();
  });

  it('reads limit and use, in MiB', () => {
    expect(signalOf('Memory limit of 1024 MiB exceeded with 1062 MiB used.')?.memory).toEqual({
      limitMib: 1024,
      usedMib: 1062,
    });
    expect(signalOf('Memory limit of 2 GiB exceeded with 2100 MiB used.')?.memory).toEqual({
      limitMib: 2048,
      usedMib: 2100,
    });
    expect(signalOf('Container called exit(1).')?.memory).toBeNull();
  });

  it("does not take the service's own output for the platform's log", () => {
    const source = (log: string) => ({
      source: {
        kind: 'cloud-logging',
        name: 'p',
        position: '1',
        stream: `projects/p/logs/run.googleapis.com%2F${log}|i`,
      },
    });
    expect(signalOf('Container called exit(1).', source('stderr'))).toBeNull();
    expect(signalOf('Container called exit(1).', source('varlog%2Fsystem'))?.type).toBe('CRASH');
    expect(
      signalOf(
        'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
        source('stderr'),
      )?.type,
    ).toBe('OOM');
  });

  it("takes Java's OutOfMemoryError as a thrown type, not as a word", () => {
    expect(
      recogniseSignal(event({ exceptions: [exception('java.lang.OutOfMemoryError', 'Java heap space', [])] }))?.type,
    ).toBe('OOM');
    expect(signalOf('we saw a java.lang.OutOfMemoryError last week')).toBeNull();
  });

  it("takes the reason of a Kubernetes event, not anybody's field of that name", () => {
    expect(signalOf('x', { attributes: { reason: 'OOMKilled', involvedObject: { kind: 'Pod' } } })?.type).toBe('OOM');
    expect(signalOf('x', { attributes: { reason: 'OOMKilled' } })).toBeNull();
  });

  it('looks at any text without throwing, in linear time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (body) => void signalOf(`exit ${body}`)));
    expect(signalOf(`exit signal probe failed ${'a'.repeat(200_000)}`)).toBeNull();
    expect(signalOf(`exit ${'x.'.repeat(100_000)}service: Main process`)).toBeNull();
  });
});
