import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CONFIGURATION_FILE } from '../../config/index.ts';
import { messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { type CommandContext, warnOn } from '../context.ts';
import { configurationOf, LOOK_OPTIONS } from '../look-options.ts';
import { parseOptions } from '../parse-options.ts';

const OPTIONS = { ...LOOK_OPTIONS, 'send-test': { type: 'boolean' } } as const;

/** `guardian doctor`: tries everything that is configured. Exit status 0, or 69 when a check failed. */
export async function run(context: CommandContext): Promise<number> {
  const { values } = parseOptions(context.arguments, OPTIONS);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const { doctor } = messages.cli;
  const { openGuardian } = await import('../../app.ts');
  const guardian = openGuardian({ ...context, configuration, onFailure: warnOn(context) });
  const tell = (mark: string, name: string, detail: string) =>
    context.output.write(`${mark.padEnd(8)}${name.padEnd(20)}${detail}\n`);
  context.output.write(`${doctor.title}\n`);

  const file = resolve(context.folder, values.config ?? CONFIGURATION_FILE);
  tell(
    doctor.ok,
    doctor.configuration,
    existsSync(file) ? doctor.configurationFile(file) : doctor.configurationDefaults,
  );
  let failures = 0;
  const report = ({ name, outcome, detail, error }: Look) => {
    if (outcome !== 'failed') return tell(outcome === 'ok' ? doctor.ok : doctor.warning, name, detail);
    failures += 1;
    const { message, remedy } = toGuardianError(error).explain(messages);
    tell(doctor.failed, name, message);
    context.output.write(`${messages.cli.remedyLine(remedy)}\n`);
  };
  const isTestSent = values['send-test'] ?? false;
  for await (const check of guardian.diagnose({ isTestSent, signal: context.signal }))
    report({ ...check, name: doctor[check.name] });
  const { folder, clock } = context;
  const { checkNight } = await import('../../app/night-checks.ts');
  for await (const check of checkNight({ configuration, folder, clock, isTestSent }))
    report({ ...check, name: check.about === null ? doctor[check.name] : `${doctor[check.name]} ${check.about}` });
  const { checkDeploy } = await import('../../app/deploy/check-deploy.ts');
  for await (const check of checkDeploy({ configuration, folder, clock })) report({ ...check, name: check.label });
  context.output.write(`${failures === 0 ? doctor.allWell : doctor.somethingFailed(failures)}\n`);
  return failures === 0 ? 0 : 69;
}

interface Look {
  /** As people call it. */
  name: string;
  outcome: string;
  detail: string;
  error?: unknown;
}
