import { at } from '../../src/core/issues/event-fixtures.ts';
import { COUNTED_MATCHES, describeEventIndex } from './event-index.ts';
import { DATABASES } from './open-stores.ts';
import { appended } from './stored-events.ts';

const clock = { now: () => at(0) };

for (const { name, open } of DATABASES) {
  describeEventIndex(name, async () => {
    const stores = await open({ clock, knobs: { countedMatches: COUNTED_MATCHES } });
    return {
      index: stores.main.index,
      projectIds: stores.projectIds,
      async store(projectId, events) {
        await stores.ingest.events.append(appended(projectId, events, { at: at(0) }));
      },
      close: stores.close,
    };
  });
}
