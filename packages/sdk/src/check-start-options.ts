import { checkNames, checkNumbers, isObject, optionError } from './check-options.ts';
import { DEFAULT_DELIVERY, type DeliveryKnobs } from './delivery/delivery.ts';
import type { AgentTemplate } from './logger/agent-logger.ts';
import { requireLevel } from './logger/level.ts';
import { DEFAULT_SUPPRESSION, FOLDABLE_LEVELS, type SuppressionOptions } from './logger/suppression.ts';
import {
  type CaptureOptions,
  type CheckedOptions,
  type CheckedRoute,
  DEFAULT_CAPTURE,
  DEFAULT_FOLDER,
  DEFAULT_LIMITS,
  DEFAULT_TIMERS,
  type SinkRoute,
  type StartOptions,
} from './options.ts';
import type { Level, LevelName } from './record.ts';
import type { RedactionOptions } from './redact/index.ts';
import type { Sink } from './sinks/sink.ts';

/** What `start` may be given, in the order in which it is told. */
export const START_OPTIONS = [
  'url',
  'key',
  'service',
  'environment',
  'revision',
  'instance',
  'level',
  'levels',
  'sinks',
  'folder',
  'delivery',
  'redaction',
  'sealing',
  'suppression',
  'limits',
  'timers',
  'capture',
  'trace',
  'usage',
  'agents',
  'onTrouble',
  'time',
] as const satisfies readonly (keyof StartOptions)[];

/** Throws a `TypeError` that names what is unknown, missing or wrong. */
export function checkOptions(options: StartOptions): CheckedOptions {
  if (!isObject(options)) throw optionError('start needs an object of options');
  checkNames('start', options, START_OPTIONS);
  const sinks = checkSinks(options.sinks);
  const { url, key } = checkServer(options, sinks.length);
  return {
    url,
    key,
    service: checkText('service', options.service) ?? missing('service', 'the name of the program'),
    environment: checkText('environment', options.environment),
    revision: checkText('revision', options.revision),
    instance: checkText('instance', options.instance),
    level: requireLevel(options.level ?? 'info', 'start: level'),
    levels: checkLevels(options.levels),
    sinks,
    folder:
      options.folder === undefined
        ? DEFAULT_FOLDER
        : options.folder === null
          ? null
          : checkText('folder', options.folder),
    delivery: checkKnobs('delivery', options.delivery),
    redaction: checkRedaction(options.redaction),
    sealing: checkPart('sealing', options.sealing, SEALING_NAMES) ?? null,
    suppression: checkSuppression(options.suppression),
    limits: { ...DEFAULT_LIMITS, ...checkNumbers('limits', options.limits, DEFAULT_LIMITS) },
    timers: { ...DEFAULT_TIMERS, ...checkNumbers('timers', options.timers, DEFAULT_TIMERS) },
    capture: checkCapture(options.capture),
    trace: checkFunction('trace', options.trace),
    usage: checkPart('usage', options.usage, USAGE_NAMES) ?? {},
    agents: checkAgents(options.agents, url),
    onTrouble: checkFunction('onTrouble', options.onTrouble),
    time: options.time ?? null,
  };
}

function missing(name: string, what: string): never {
  throw optionError(`start: "${name}" is missing: ${what}`);
}

function checkText(name: string, value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw optionError(`start: "${name}" must be a text that is not empty`);
}

function checkFunction<F>(name: string, value: F | null | undefined): F | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') return value;
  throw optionError(`start: "${name}" must be a function`);
}

function checkServer(options: StartOptions, sinkCount: number): { url: string | null; key: string | null } {
  const url = checkText('url', options.url);
  const key = checkText('key', options.key);
  if (url === null) {
    if (key !== null) missing('url', 'a key belongs to a server');
    if (sinkCount === 0) missing('url', 'the address of the Guardian server; or give "sinks"');
    return { url, key };
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw optionError('start: "url" must begin with http:// or https://');
  if (key === null) missing('key', 'the ingest key of the project, from the page Sources of the server');
  return { url, key };
}

function checkLevels(levels: StartOptions['levels']): Record<string, Level> {
  if (levels === undefined) return {};
  if (!isObject(levels)) throw optionError('start: "levels" must be an object of logger names and levels');
  return Object.fromEntries(
    Object.entries(levels).map(([name, level]) => [name, requireLevel(level as LevelName, `start: levels["${name}"]`)]),
  );
}

function checkSinks(sinks: StartOptions['sinks']): CheckedRoute[] {
  if (sinks === undefined) return [];
  if (!Array.isArray(sinks)) throw optionError('start: "sinks" must be a list');
  const routes = sinks.map((entry: Sink | SinkRoute, index) => checkRoute(entry, `sinks[${index}]`));
  const names = routes.map(({ sink }) => sink.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw optionError(`start: two sinks are named "${twice}"; give one another name`);
  return routes;
}

function checkRoute(entry: Sink | SinkRoute, where: string): CheckedRoute {
  if (isSink(entry)) return { sink: entry, level: 'trace', delivery: {} };
  if (!isObject(entry) || !isSink(entry.sink)) throw optionError(`start: ${where} is no sink`);
  checkNames(`start: ${where}`, entry, ['sink', 'level', 'delivery']);
  const { sink, level = 'trace', delivery } = entry as SinkRoute;
  return {
    sink,
    level: requireLevel(level, `start: ${where}.level`),
    delivery: checkKnobs(`${where}.delivery`, delivery),
  };
}

function isSink(value: unknown): value is Sink {
  return isObject(value) && typeof value.name === 'string' && typeof value.send === 'function';
}

function checkKnobs(where: string, knobs: Partial<DeliveryKnobs> | undefined): Partial<DeliveryKnobs> {
  if (knobs === undefined) return {};
  if (!isObject(knobs)) throw optionError(`start: "${where}" must be an object`);
  checkNames(`start: ${where}`, knobs, Object.keys(DEFAULT_DELIVERY));
  const { durability, ...numbers } = knobs as Partial<DeliveryKnobs>;
  const { durability: _word, ...defaults } = DEFAULT_DELIVERY;
  const checked: Partial<DeliveryKnobs> = checkNumbers(where, numbers, defaults);
  for (const [name, value] of Object.entries(checked)) {
    if (value === 0 && name !== 'flushAfterMs' && name !== 'reservedShare')
      throw optionError(`start: "${where}.${name}" must be above 0`);
  }
  if ((checked.reservedShare ?? 0) >= 1) throw optionError(`start: "${where}.reservedShare" must be below 1`);
  if (durability === undefined) return checked;
  if (!['turn', 'record', 'overflow'].includes(durability))
    throw optionError(`start: "${where}.durability" must be turn, record or overflow`);
  return { ...checked, durability };
}

const REDACTION_NAMES = ['paths', 'rules', 'pseudonymKey', 'pseudonymForm', 'limits'];
const SEALING_NAMES = ['wrappingKey', 'keyFile', 'blindIndex', 'rotateAfterMs', 'rotateAfterUses'];
const USAGE_NAMES = ['clientAddress', 'optedOut', 'flushAfterMs', 'maxTemplates'];

/** Values are checked where they are used, before anything is started. */
function checkPart<T extends object>(name: string, part: T | undefined, names: readonly string[]): T | undefined {
  if (part === undefined) return undefined;
  if (!isObject(part)) throw optionError(`start: "${name}" must be an object`);
  checkNames(`start: ${name}`, part, names);
  return part;
}

function checkRedaction(redaction: StartOptions['redaction']): RedactionOptions | null {
  if (redaction === false) return null;
  return checkPart('redaction', redaction, REDACTION_NAMES) ?? {};
}

function checkSuppression(suppression: StartOptions['suppression']): Required<SuppressionOptions> | null {
  if (suppression === undefined || suppression === false) return null;
  if (suppression === true) return DEFAULT_SUPPRESSION;
  if (!isObject(suppression)) throw optionError('start: "suppression" must be true, false or an object');
  checkNames('start: suppression', suppression, Object.keys(DEFAULT_SUPPRESSION));
  const { levels = FOLDABLE_LEVELS, ...numbers } = suppression as SuppressionOptions;
  if (!Array.isArray(levels) || !levels.every((level) => FOLDABLE_LEVELS.includes(level)))
    throw optionError(`start: "suppression.levels" must be a list of ${FOLDABLE_LEVELS.join(', ')}`);
  const checked = { ...DEFAULT_SUPPRESSION, ...checkNumbers('suppression', numbers, DEFAULT_SUPPRESSION), levels };
  if (checked.maxTtlMs < checked.minTtlMs) throw optionError('start: "suppression.maxTtlMs" is below its minTtlMs');
  return checked;
}

function checkCapture(capture: StartOptions['capture']): CaptureOptions {
  if (capture === undefined) return DEFAULT_CAPTURE;
  if (!isObject(capture)) throw optionError('start: "capture" must be an object');
  checkNames('start: capture', capture, Object.keys(DEFAULT_CAPTURE));
  const { uncaught = DEFAULT_CAPTURE.uncaught } = capture as Partial<CaptureOptions>;
  if (typeof uncaught !== 'boolean') throw optionError('start: "capture.uncaught" must be true or false');
  return { uncaught };
}

function checkAgents(agents: StartOptions['agents'], url: string | null): CheckedOptions['agents'] {
  if (agents === undefined) return {};
  if (agents === 'server') {
    if (url !== null) return agents;
    throw optionError('start: "agents" says "server", and there is no "url" of one');
  }
  if (!isObject(agents)) throw optionError('start: "agents" must be an object, or "server"');
  for (const [pattern, template] of Object.entries(agents)) {
    const where = `start: agents["${pattern}"]`;
    if (pattern.split('.').length !== 3) throw optionError(`${where}: the name must be domain.role.name, * for any`);
    if (!isObject(template)) throw optionError(`${where} must be an object`);
    checkNames(where, template, ['level', 'fields']);
    if (template.level !== undefined) requireLevel(template.level as LevelName, `${where}.level`);
  }
  return agents as Record<string, AgentTemplate>;
}
