import type { JobStores } from './stores.ts';
import type { Timeline } from './timeline-fixtures.ts';
import type { Timer } from './timer.ts';

/** At the `call`-th call of the store: the call is never made, or is made and its answer never comes. */
export interface Death {
  call: number;
  isDone: boolean;
}

/** A process over the store that dies in the middle of a call: nothing of it goes on, nothing it waited for comes. */
export interface MortalNode {
  stores: JobStores;
  timer: Timer;
  isDead(): boolean;
  died: Promise<void>;
}

export function mortalNode(stores: JobStores, timeline: Timeline, death: Death | null): MortalNode {
  const { timer, die } = timeline.mortalTimer();
  let calls = 0;
  let isDead = false;
  let tellDeath = () => {};
  const died = new Promise<void>((resolve) => {
    tellDeath = resolve;
  });
  const forever = new Promise<never>(() => {});

  function mortal<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...told: unknown[]) => {
          if (isDead) return forever;
          calls += 1;
          if (death === null || calls < death.call) return Reflect.apply(method, target, told);
          isDead = true;
          die();
          tellDeath();
          if (death.isDone) void Reflect.apply(method, target, told);
          return forever;
        };
      },
    });
  }

  return {
    stores: {
      registry: mortal(stores.registry),
      planner: mortal(stores.planner),
      queue: mortal(stores.queue),
      watched: mortal(stores.watched),
      reader: mortal(stores.reader),
      outputs: mortal(stores.outputs),
      notices: mortal(stores.notices),
    },
    timer,
    isDead: () => isDead,
    died,
  };
}
