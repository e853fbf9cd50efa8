import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  target: { type: 'string' },
  steps: { type: 'string' },
  set: { type: 'string', multiple: true },
  unset: { type: 'string', multiple: true },
  irreversible: { type: 'boolean' },
  hold: { type: 'string' },
  continue: { type: 'string' },
  end: { type: 'boolean' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
} as const;

/**
 * `guardian deploy [REVISION]`: shows the plan, asks, then follows the deployment. Exit status 0 when it was promoted, 1 when it went back or never went live,
 * 75 when it waits for a person, 64 where nobody could be asked. With `--hold ID`, `--continue ID` or `--end` it decides about what runs instead.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const configuration = await configurationOf({ config: values.config, lang: values.lang }, context);
  const messages = messagesFor(configuration.language);
  const say = messages.deploying.cli;
  const [revision, ...more] = positionals;
  const { decideDeployment, isDecision } = await import('../decide-deployment.ts');
  if (more.length > 0 || (isDecision(values) && revision !== undefined))
    throw new GuardianError('usage_invalid', { reason: say.usage, remedy: messages.cli.helpOf('deploy') });
  const request = {
    target: values.target,
    revision,
    ...(values.steps === undefined ? {} : { steps: stepsIn(values.steps, messages) }),
    set: settingsIn(values.set ?? [], context, messages),
    unset: values.unset ?? [],
    isIrreversible: values.irreversible ?? false,
  };
  const { deploymentsOf } = await import('../deployments-of.ts');
  const { followDeployment, isWanted, planLines } = await import('../follow-deployment.ts');
  const deployments = await deploymentsOf({ configuration, context, url: values.url, apiKey: values['api-key'] });
  try {
    if (isDecision(values)) return await decideDeployment(values, { deployments, context, messages });
    const { plan } = await deployments.deploy({ ...request, dryRun: true });
    context.output.write(
      values.json === true ? `${JSON.stringify(plan, null, 2)}\n` : `${planLines(plan, messages).join('\n')}\n`,
    );
    if (values['dry-run']) {
      if (values.json !== true) context.output.write(`${say.dryRun}\n`);
      return 0;
    }
    if (!(await isWanted(say.ask, { isSure: values.yes ?? false, context, messages }))) return 1;
    const { deployment } = await deployments.deploy({ ...request, digest: plan.digest, dryRun: false });
    return await followDeployment({ deployments, id: deployment!.id, context, messages });
  } finally {
    await deployments.close();
  }
}

function stepsIn(text: string, { deploying }: Messages): number[] {
  const steps = text.split(',').map((one) => Number(one.trim()));
  const isGrowing = steps.every(
    (step, index) => Number.isInteger(step) && step > (steps[index - 1] ?? 0) && step <= 100,
  );
  if (!isGrowing) throw new GuardianError('usage_invalid', { reason: deploying.cli.badSteps(text) });
  return steps;
}

/** `NAME=VALUE`, or `NAME`: its value stands in the environment, and not in the history of a shell. */
function settingsIn(
  given: readonly string[],
  { environment }: CommandContext,
  { deploying }: Messages,
): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      const name = at < 0 ? text : text.slice(0, at);
      const value = at < 0 ? environment[name] : text.slice(at + 1);
      if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name) || value === undefined)
        throw new GuardianError('usage_invalid', { reason: deploying.cli.badSet(name) });
      return [name, value];
    }),
  );
}
