import * as settings from '../../config/index.ts';
import type { ErrorType, ModelEntry, ModelPort } from '../../core/analysis/index.ts';
import { GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import type { NightCheck, NightChecksOptions } from '../night-checks.ts';

const name = 'analysis';
/** Hidden reasoning counts too. */
const OUTPUT_TOKENS = 1_000;
const TEST = {
  system: 'You are asked whether you can be reached. Answer with one JSON object and nothing else: {"ok": true}.',
  turns: [{ role: 'user', text: 'Answer now with the JSON object.' }],
  schema: {
    name: 'test_call',
    json: { type: 'object', additionalProperties: false, required: ['ok'], properties: { ok: { type: 'boolean' } } },
  },
} as const;

/** One small call of each provider: fall-back hides a wrong key or model from whoever reads analyses. */
export async function* checkAnalysis({ configuration }: NightChecksOptions): AsyncGenerator<NightCheck> {
  const { analysis, language } = configuration;
  const say = messagesFor(language).analysis.doctor;
  const entries = settings.providersOf(analysis);
  if (entries.length === 0) {
    yield { name, about: null, outcome: 'note', detail: analysis.builtin ? say.none : say.nobody };
    return;
  }
  // What calls models takes megabytes: a configuration without them does without.
  const { createModels } = await import('../../adapters/models/index.ts');
  const { costOf } = await import('../../core/analysis/index.ts');
  const models = createModels({ answerBytes: analysis.answerBytes });
  for (const [index, entry] of entries.entries()) {
    const about = entry.name;
    try {
      const since = performance.now();
      const { tokens } = await ask(models, entry, analysis.attempt);
      const ms = Math.round(performance.now() - since);
      const usd = costOf(entry.price, tokens);
      const cost = usd === null ? '' : say.cost(usd.toFixed(6));
      yield { name, about, outcome: 'ok', detail: say.ok(entry.model, ms, cost) };
    } catch (thrown) {
      yield { name, about, outcome: 'failed', detail: '', error: errorOf(thrown, { entry, index, say }) };
    }
  }
}

async function ask(models: ModelPort, entry: ModelEntry, timeoutMs: number) {
  const reply = await models.ask({
    ...TEST,
    entry,
    maxOutputTokens: OUTPUT_TOKENS,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (reply.text.trim() === '') throw new GuardianError('source_unavailable', { path: entry.name });
  return reply;
}

/** What is wrong with the configuration names its key; the rest passes. */
function errorOf(
  thrown: unknown,
  { entry, index, say }: { entry: ModelEntry; index: number; say: Messages['analysis']['doctor'] },
): GuardianError {
  const { name: provider, model, vendor } = entry;
  const type = typeOf(thrown);
  if (type === null) return toGuardianError(thrown);
  const reason = `${say.failed[type]}: ${(thrown as Error).message}`.slice(0, 300);
  const key = { auth: 'apiKey', not_found: 'model', bad_request: 'model' }[type as string];
  const path = `${provider} (${vendor} ${model})`;
  return key === undefined
    ? new GuardianError('source_unavailable', { path, reason, cause: thrown })
    : new GuardianError('configuration_invalid', {
        key: `analysis.providers.${index}.${key}`,
        reason: `${path}: ${reason}`,
        remedy: say.remedies[key as 'apiKey' | 'model'],
        cause: thrown,
      });
}

function typeOf(thrown: unknown): ErrorType | null {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return 'timeout';
  return thrown instanceof Error && thrown.name === 'ModelError' ? (thrown as Error & { type: ErrorType }).type : null;
}
