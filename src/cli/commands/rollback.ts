import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  target: { type: 'string' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
} as const;

/** What was asked for is that traffic is back. */
const DONE = ['rolled back', 'failed', 'promoted'];

/**
 * `guardian rollback [REVISION]`: a deployment that is under way goes back; else all traffic goes to the revision, without one to the last that was good.
 * Exit status 0 when it is there, 66 with the list for a revision that is not known, 75 when it waits for a person.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const configuration = await configurationOf({ config: values.config, lang: values.lang }, context);
  const messages = messagesFor(configuration.language);
  const say = messages.deploying.cli;
  const [revision, ...more] = positionals;
  if (more.length > 0)
    throw new GuardianError('usage_invalid', { reason: say.rollbackUsage, remedy: messages.cli.helpOf('rollback') });
  const request = { target: values.target, revision, reason: values.reason };
  const { deploymentsOf } = await import('../deployments-of.ts');
  const { followDeployment, isWanted, planLines } = await import('../follow-deployment.ts');
  const deployments = await deploymentsOf({ configuration, context, url: values.url, apiKey: values['api-key'] });
  try {
    const { plan } = await deployments.rollBack({ ...request, dryRun: true });
    context.output.write(
      values.json === true ? `${JSON.stringify(plan, null, 2)}\n` : `${planLines(plan, messages).join('\n')}\n`,
    );
    if (values['dry-run']) {
      if (values.json !== true) context.output.write(`${say.dryRun}\n`);
      return 0;
    }
    if (!(await isWanted(say.askBack, { isSure: values.yes ?? false, context, messages }))) return 1;
    const { deployment } = await deployments.rollBack({ ...request, revision: plan.revision, dryRun: false });
    const status = await followDeployment({ deployments, id: deployment!.id, context, messages });
    const { state } = await deployments.get(deployment!.id);
    return DONE.includes(state) ? 0 : status;
  } finally {
    await deployments.close();
  }
}
