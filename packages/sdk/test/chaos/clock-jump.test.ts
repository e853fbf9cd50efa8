import { expect, test } from 'vitest';
import {
  advanceUntil,
  balance,
  entry,
  freshFolder,
  ManualTime,
  open,
  settled,
} from '../../src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';
import { startGuardianReceiver } from '../../src/sinks/server-fixtures.ts';

test.each([3_600_000, -3_600_000])(
  'a clock that jumps by %i ms delays nothing, hurries nothing, and loses nothing',
  async (jump) => {
    const time = new ManualTime();
    const server = await startGuardianReceiver();
    server.always({ status: 503 });
    const delivery = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder: freshFolder(), time });
    for (let second = 0; second < 10; second++) {
      for (let index = 0; index < 10; index++) delivery.accept(entry({ acceptedAt: time.now() }));
      await time.advance(500);
      time.jump(jump);
      await time.advance(500);
      // Nothing was sent yet: the first record is as old as the monotonic clock says.
      expect(delivery.gauges().oldestAgeMs).toBe((second + 1) * 1_000);
    }
    // A try that is still on its way would count as made by the jump.
    await expect.poll(() => delivery.gauges().inFlight).toBe(0);
    const tries = server.requests.length;
    time.jump(jump);
    await settled(20);
    expect(server.requests).toHaveLength(tries);
    server.always(null);
    await advanceUntil(time, () => delivery.gauges().waiting === 0);
    expect(server.stored.size).toBe(100);
    expect(server.duplicates).toBe(0);
    expect(balance(delivery)).toEqual({ queued: 100, accounted: 100 });
  },
);
