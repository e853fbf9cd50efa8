import { createAnonymousCap } from './anonymous-cap.ts';
import { cutAddress } from './client-address.ts';
import { createClientFamily } from './client-family.ts';
import { createClientKey } from './client-key.ts';
import { describeFailure } from './describe-error.ts';
import type { Route } from './route-table.ts';
import type { UsageCounters } from './usage-counters.ts';

/** The list of people of one batch. The last one asked for is compared first: requests of one client come together. */
export function createPeople() {
  const familyOfHeader = createClientFamily();
  const keyOfSession = createClientKey();
  const indexes = new Map<string, number>();
  let list: string[] = [];
  let nobodyAt = -1;
  let lastAgent: string | undefined;
  let lastFamily = 'none';
  let last = {
    user: '',
    session: undefined as string | undefined,
    address: undefined as string | undefined,
    family: '',
    index: -1,
  };

  return {
    bytes: 0,
    familyOf(agent: string | undefined): string {
      if (agent === lastAgent) return lastFamily;
      lastAgent = agent;
      lastFamily = familyOfHeader(agent);
      return lastFamily;
    },
    nobody(): number {
      if (nobodyAt < 0) nobodyAt = list.push('[null]') - 1;
      return nobodyAt;
    },
    /** Of the agent that `familyOf` was asked for last. */
    indexOf(user: string, session: string | undefined, address: string | undefined): number {
      if (
        last.index >= 0 &&
        user === last.user &&
        session === last.session &&
        address === last.address &&
        lastFamily === last.family
      )
        return last.index;
      const client = session === undefined ? null : keyOfSession(session);
      const ip = address === undefined ? null : (cutAddress(address) ?? null);
      const json = personJson(user, lastFamily, client, ip);
      let index = indexes.get(json);
      if (index === undefined) {
        index = list.push(json) - 1;
        indexes.set(json, index);
        this.bytes += json.length;
      }
      last = { user, session, address, family: lastFamily, index };
      return index;
    },
    take(): string {
      const json = `[${list.join(',')}]`;
      list = [];
      indexes.clear();
      nobodyAt = -1;
      last.index = -1;
      this.bytes = 0;
      return json;
    },
  };
}

function personJson(user: string, family: string, client: string | null, ip: string | null): string {
  const start = `[${JSON.stringify(user)},"${family}"`;
  if (ip !== null) return `${start},${JSON.stringify(client)},"${ip}"]`;
  return client === null ? `${start}]` : `${start},"${client}"]`;
}

/** What was used in one batch. */
export function createUses() {
  const indexes = new Map<Route, number>();
  let list: string[] = [];
  let last: Route | null = null;
  let lastIndex = -1;

  return {
    bytes: 0,
    indexOf(route: Route): number {
      if (route === last) return lastIndex;
      let index = indexes.get(route);
      if (index === undefined) {
        const { method, template, feature, group } = route;
        const cells = group === feature ? [method, template, feature] : [method, template, feature, group];
        const json = JSON.stringify(cells);
        index = list.push(json) - 1;
        this.bytes += json.length;
        indexes.set(route, index);
      }
      last = route;
      lastIndex = index;
      return index;
    },
    take(): string {
      const json = `[${list.join(',')}]`;
      list = [];
      indexes.clear();
      last = null;
      this.bytes = 0;
      return json;
    },
  };
}

interface Failing {
  status: number;
  thrown: unknown;
  isAnonymous: boolean;
  /** Epoch ms. */
  at: number;
}

/** What failed in one batch, equal failures once. */
export function createErrors(counters: UsageCounters) {
  const hasRow = createAnonymousCap();
  const indexes = new Map<string, number>();
  let list: string[] = [];

  return {
    bytes: 0,
    /** -1: past the cap. Null: the status says it all. */
    indexOf(route: Route, { status, thrown, isAnonymous, at }: Failing): number | null {
      if (isAnonymous && !hasRow(route.template, at)) {
        counters.errorsCapped++;
        return -1;
      }
      const error = describeFailure({ method: route.method, endpoint: route.template, status, thrown }, route.messages);
      if (error === null) return null;
      const json = JSON.stringify(error);
      const known = indexes.get(json);
      if (known !== undefined) return known;
      const index = list.push(json) - 1;
      indexes.set(json, index);
      this.bytes += json.length;
      return index;
    },
    take(): string {
      if (list.length === 0) return '';
      const json = `,"errors":[${list.join(',')}]`;
      list = [];
      indexes.clear();
      this.bytes = 0;
      return json;
    },
  };
}
