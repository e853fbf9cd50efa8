import { createHash } from 'node:crypto';
import {
  type Clock,
  GuardianError,
  messagesFor,
  readTemplateFile,
  steadyNow,
  TemplateError,
  type TemplateWords,
} from '../shared/index.ts';
import { compareVersions } from './compare-versions.ts';
import { type CompiledTemplate, compileTemplate, faultOf, fillPart, tryOnSample } from './compile-template.ts';
import { BUILT_IN_NAMESPACE, type TemplateDefinition, type TemplateFault, type TemplateVersion } from './definition.ts';
import { createUseCounts, type UseCounts } from './use-counts.ts';

/** What notifications and reports are rendered with. */
export interface TemplateRenderer {
  /**
   * The parts of the template in use for `definition`, filled. One of somebody's own that fails on real data is counted, and the built-in one
   * speaks in its place: what is told is told.
   */
  fill(
    definition: string,
    parts: readonly string[],
    data: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, string>>;
}

export interface ReadTemplate {
  version: TemplateVersion;
  compiled: CompiledTemplate;
}

export interface TemplateLibrary extends TemplateRenderer {
  /** Reads, checks and tries a file; nothing is changed. */
  read(source: string, about: Pick<TemplateVersion, 'namespace' | 'file'>): ReadTemplate | TemplateFault[];
  /** Keeps a version. False: it is known already, byte for byte. Throws `conflict` where the same version has other content. */
  keep(read: ReadTemplate): boolean;
  /** Takes up a version that was kept before, without the trial. */
  recall(version: TemplateVersion): void;
  has(version: Pick<TemplateVersion, 'namespace' | 'name' | 'version'>): boolean;
  /** Exactly this version, or the current one. Throws `not_found`. */
  get(reference: string): TemplateVersion;
  /** Fills exactly that version. Throws `TemplateError`. */
  fillVersion(reference: string, part: string, data: Readonly<Record<string, unknown>>): string;
  definitionOf(version: Pick<TemplateVersion, 'namespace' | 'name' | 'version'>): TemplateDefinition;
  /** All versions, by namespace and name; oldest version first. */
  list(): TemplateVersion[];
  /** Which version speaks for `namespace/name`; files say so, else the newest does. */
  current(key: string): string | null;
  setCurrent(current: ReadonlyMap<string, string>): void;
  uses: UseCounts;
  /** What is wrong is said in. */
  words: TemplateWords;
  /** With the same versions; what is kept in it is kept nowhere else. */
  copy(): TemplateLibrary;
}

export interface TemplateLibraryOptions {
  definitions: readonly TemplateDefinition[];
  /** Definition → `namespace/name`, or `namespace/name@1.2.0`; left out: the built-in one. */
  chosen?: Readonly<Record<string, string>>;
  clock: Clock;
  /** The sentences about what is wrong with a file; default: English. */
  words?: TemplateWords;
  /** Told of each template of somebody's own that failed on real data. */
  onFailure?(reference: string, error: TemplateError): void;
}

const REFERENCE = /^([a-z][a-z0-9-]{0,63})\/([a-z][a-z0-9-]{0,63})(?:@(\d+\.\d+\.\d+))?$/;

/** Every version of every template; namespaces do not see each other but by what they extend by its full name. */
export function createTemplateLibrary(options: TemplateLibraryOptions): TemplateLibrary {
  const { definitions, chosen = {}, clock, words = messagesFor('en').templateFaults } = options;
  const versions = new Map<string, TemplateVersion>();
  const compiledOf = new Map<string, CompiledTemplate>();
  let fromFiles: ReadonlyMap<string, string> = new Map();
  const uses = createUseCounts();
  for (const { builtIn } of definitions) {
    for (const source of builtIn) {
      const read = readAs(source, { namespace: BUILT_IN_NAMESPACE, file: null, origin: 'built-in' });
      if (Array.isArray(read)) throw new GuardianError('internal', { reason: sentence(read) });
      keep(read);
    }
  }
  const self: TemplateLibrary = {
    uses,
    words,
    read(source, about) {
      if (about.namespace === BUILT_IN_NAMESPACE)
        return [{ path: 'namespace', message: words.ownNamespace(BUILT_IN_NAMESPACE) }];
      return readAs(source, { ...about, origin: 'file' });
    },
    keep,
    recall(version) {
      const id = idOf(version);
      if (!versions.has(id)) versions.set(id, version);
    },
    has: (version) => versions.has(idOf(version)),
    get: (reference) => found(reference),
    fillVersion: (reference, part, data) => fillPart(compiled(found(reference)), part, data),
    definitionOf: (version) => compiled(found(idOf(version))).definition,
    list: () =>
      [...versions.values()].sort(
        (a, b) => keyOf(a).localeCompare(keyOf(b), 'en') || compareVersions(a.version, b.version),
      ),
    current,
    setCurrent(current) {
      fromFiles = current;
    },
    fill(definition, parts, data) {
      const wanted = chosen[definition];
      const standard = `${BUILT_IN_NAMESPACE}/${definition}`;
      if (wanted !== undefined && wanted !== standard) {
        try {
          return measured(wanted, parts, data);
        } catch (thrown) {
          if (!(thrown instanceof TemplateError || thrown instanceof GuardianError)) throw thrown;
          options.onFailure?.(wanted, thrown instanceof TemplateError ? thrown : unknownTemplate(wanted));
        }
      }
      return measured(standard, parts, data);
    },
    copy() {
      const copied = createTemplateLibrary({ definitions, chosen, clock, words });
      for (const version of versions.values()) copied.recall(version);
      copied.setCurrent(fromFiles);
      return copied;
    },
  };
  return self;

  function measured(reference: string, parts: readonly string[], data: Readonly<Record<string, unknown>>) {
    const version = found(reference);
    const began = steadyNow(clock);
    let hasFailed = true;
    try {
      const template = compiled(version);
      const filled = Object.fromEntries(parts.map((part) => [part, fillPart(template, part, data)]));
      hasFailed = false;
      return filled;
    } finally {
      uses.count(version, { ms: steadyNow(clock) - began, hasFailed, at: clock.now() });
    }
  }

  function readAs(
    source: string,
    about: Pick<TemplateVersion, 'namespace' | 'file' | 'origin'>,
  ): ReadTemplate | TemplateFault[] {
    try {
      const file = readTemplateFile(source);
      const parent = file.extends === null ? null : compiled(found(file.extends));
      const definition = parent?.definition ?? definitionFor(file);
      if (definition.kind !== file.kind) return [{ path: 'kind', message: words.otherKind(definition.kind) }];
      const { compiled: made, faults } = compileTemplate(file, { definition, parent, words });
      const all = faults.length > 0 ? faults : tryOnSample(made, words);
      if (all.length > 0) return all;
      const { name, version, kind, extends: extended } = file;
      const hash = createHash('sha256').update(source).digest('hex');
      const kept = { name, version, kind, hash, extends: extended, content: source, createdAt: clock.now(), ...about };
      return { version: kept, compiled: made };
    } catch (thrown) {
      if (thrown instanceof GuardianError)
        return [{ path: 'extends', message: thrown.about.reason ?? words.noTemplate }];
      return [faultOf(thrown, words)];
    }
  }

  function definitionFor({ name, kind }: { name: string; kind: string }): TemplateDefinition {
    const ofKind = definitions.filter((one) => one.kind === kind);
    const definition = ofKind.find((one) => one.name === name) ?? ofKind[0];
    if (!definition) throw new TemplateError(({ noKind }) => noKind(kind), { line: 1, column: 1 });
    return definition;
  }

  function keep({ version, compiled: made }: ReadTemplate): boolean {
    const id = idOf(version);
    const known = versions.get(id);
    if (known) {
      if (known.hash === version.hash) return false;
      throw new GuardianError('conflict', {
        reason: words.otherContent(id),
      });
    }
    versions.set(id, version);
    compiledOf.set(id, made);
    return true;
  }

  function found(reference: string): TemplateVersion {
    const [, namespace, name, version] = REFERENCE.exec(reference) ?? [];
    if (namespace === undefined) throw missing(reference, words);
    const wanted = version ?? current(`${namespace}/${name}`);
    const one = wanted === null ? undefined : versions.get(`${namespace}/${name}@${wanted}`);
    if (!one) throw missing(reference, words);
    return one;
  }

  function current(key: string): string | null {
    const named = fromFiles.get(key);
    if (named !== undefined && versions.has(`${key}@${named}`)) return named;
    const own = [...versions.values()].filter((one) => keyOf(one) === key).map(({ version }) => version);
    return own.sort(compareVersions).at(-1) ?? null;
  }

  function compiled(version: TemplateVersion): CompiledTemplate {
    const id = idOf(version);
    const known = compiledOf.get(id);
    if (known) return known;
    const file = readTemplateFile(version.content);
    const parent = file.extends === null ? null : compiled(found(file.extends));
    const definition = parent?.definition ?? definitionFor(file);
    const { compiled: made, faults } = compileTemplate(file, { definition, parent, words });
    // Kept by an earlier program whose data had what this one's has not.
    if (faults.length > 0) throw new TemplateError(() => sentence(faults), { line: 1, column: 1 });
    compiledOf.set(id, made);
    return made;
  }
}

export function idOf({ namespace, name, version }: Pick<TemplateVersion, 'namespace' | 'name' | 'version'>): string {
  return `${namespace}/${name}@${version}`;
}

export function keyOf({ namespace, name }: Pick<TemplateVersion, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** All of what is wrong, in one line. */
export function sentence(faults: readonly TemplateFault[]): string {
  return faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

function missing(reference: string, words: TemplateWords): GuardianError {
  const path = reference.slice(0, 150);
  return new GuardianError('not_found', { path, reason: words.noTemplateOf(path) });
}

function unknownTemplate(reference: string): TemplateError {
  return new TemplateError(({ noTemplateOf }) => noTemplateOf(reference), { line: 1, column: 1 });
}
