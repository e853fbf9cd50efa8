import { alerts } from './alerts.ts';
import { cli } from './cli.ts';
import { errors } from './errors.ts';
import { evidence } from './evidence.ts';
import { handOff } from './hand-off.ts';
import { jobs } from './jobs.ts';
import { mail } from './mail.ts';
import { notify } from './notify.ts';
import { recommendations } from './recommendations.ts';
import { report } from './report.ts';
import { reportFacts } from './report-facts.ts';
import { runs } from './runs.ts';
import { server } from './server.ts';
import { suggestedFixes } from './suggested-fixes.ts';
import { systemReasons } from './system-reasons.ts';
import { telling } from './telling.ts';

export const fr = {
  runs,
  alerts,
  cli,
  errors,
  evidence,
  handOff,
  jobs,
  mail,
  notify,
  recommendations,
  report,
  reportFacts,
  server,
  suggestedFixes,
  systemReasons,
  telling,
};
