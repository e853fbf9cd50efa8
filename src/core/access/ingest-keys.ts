import type { Clock } from '../shared/index.ts';
import { createProject, newIngestKey } from './create-project.ts';
import type { IngestKey, Project, ProjectStore } from './ports.ts';

/** ms the list of keys is believed: the longest that a key revoked by another node still works. */
const BELIEVED_MS = 5_000;
/** ms between looks for a key that is not in the list: somebody may have made it on another node just now. */
const LOOK_AGAIN_MS = 1_000;

export interface IngestKeys {
  /** The key and its project; null when it is unknown or revoked. */
  find(key: string): Promise<{ key: IngestKey; project: Project } | null>;
  projects(): Promise<Project[]>;
  /** By slug or number; null: none. */
  project(name: string): Promise<Project | null>;
  keysOf(projectId: number): Promise<IngestKey[]>;
  /** With a first key. Throws `name_taken`. */
  create(project: { slug: string; name: string }): Promise<Project>;
  add(projectId: number, asked: Pick<IngestKey, 'label' | 'kind' | 'ratePerMinute'>): Promise<IngestKey>;
  revoke(key: string): Promise<boolean>;
}

interface Known {
  projects: Project[];
  keys: Map<string, IngestKey>;
  at: number;
}

/** Projects and the keys that let events in, held in memory: every request of every client asks for them. */
export function createIngestKeys({ store, clock }: { store: ProjectStore; clock: Clock }): IngestKeys {
  let known: Known | null = null;
  let reading: Promise<Known> | null = null;

  function read(): Promise<Known> {
    if (reading) return reading;
    const read = readAll().then((list) => {
      // What was changed meanwhile made this reading old before it ended.
      if (reading === read) known = list;
      return list;
    });
    reading = read;
    return read.finally(() => {
      if (reading === read) reading = null;
    });
  }

  async function readAll(): Promise<Known> {
    const [projects, keys] = await Promise.all([store.list(), store.keys(null)]);
    return { projects, keys: new Map(keys.map((key) => [key.key, key])), at: clock.now() };
  }

  function forget(): void {
    known = null;
    reading = null;
  }

  async function current(maximumAgeMs = BELIEVED_MS): Promise<Known> {
    if (known && clock.now() - known.at < maximumAgeMs) return known;
    const before = known;
    try {
      return await read();
    } catch (error) {
      // While the store is away clients send on, and the spool takes it: whom it knew last is still known.
      if (before === null || known !== before) throw error;
      known = { ...before, at: clock.now() - BELIEVED_MS + LOOK_AGAIN_MS };
      return known;
    }
  }

  return {
    async find(name) {
      const wanted = name.toLowerCase();
      let list = await current();
      if (!list.keys.has(wanted)) list = await current(LOOK_AGAIN_MS);
      const key = list.keys.get(wanted);
      const project = list.projects.find(({ id }) => id === key?.projectId);
      return key && project && key.revokedAt === null ? { key, project } : null;
    },
    projects: async () => (await current()).projects,
    async project(name) {
      const matches = ({ id, slug }: Project) => slug === name || String(id) === name;
      return (await current()).projects.find(matches) ?? (await current(LOOK_AGAIN_MS)).projects.find(matches) ?? null;
    },
    async keysOf(projectId) {
      return [...(await current()).keys.values()].filter((key) => key.projectId === projectId);
    },
    async create(project) {
      const created = await createProject({ store, clock, ...project });
      forget();
      return created;
    },
    async add(projectId, asked) {
      const key = newIngestKey(projectId, { ...asked, at: clock.now() });
      await store.addKey(key);
      forget();
      return key;
    },
    async revoke(key) {
      const isRevoked = await store.revokeKey(key, clock.now());
      forget();
      return isRevoked;
    },
  };
}
