import { alerts } from './alerts.ts';
import { analysis } from './analysis.ts';
import { asking } from './asking.ts';
import { audit } from './audit.ts';
import { cli } from './cli.ts';
import { configuration } from './configuration.ts';
import { declarations } from './declarations.ts';
import { deploy } from './deploy.ts';
import { deploying } from './deploying.ts';
import { errors } from './errors.ts';
import { evidence } from './evidence.ts';
import { fixes } from './fixes.ts';
import { guardians } from './guardians.ts';
import { handOff } from './hand-off.ts';
import { jobs } from './jobs.ts';
import { mail } from './mail.ts';
import { notify } from './notify.ts';
import { outward } from './outward.ts';
import { recommendations } from './recommendations.ts';
import { report } from './report.ts';
import { reportFacts } from './report-facts.ts';
import { runs } from './runs.ts';
import { sealing } from './sealing.ts';
import { server } from './server.ts';
import { sources } from './sources.ts';
import { stores } from './stores.ts';
import { suggestedFixes } from './suggested-fixes.ts';
import { systemReasons } from './system-reasons.ts';
import { targets } from './targets.ts';
import { telling } from './telling.ts';
import { templateFaults } from './template-faults.ts';
import { unified } from './unified.ts';
import { usage } from './usage.ts';
import { usageErasure } from './usage-erasure.ts';

export const en = {
  alerts,
  analysis,
  asking,
  audit,
  cli,
  configuration,
  declarations,
  deploy,
  deploying,
  errors,
  evidence,
  fixes,
  guardians,
  handOff,
  jobs,
  mail,
  notify,
  outward,
  recommendations,
  report,
  reportFacts,
  runs,
  sealing,
  server,
  sources,
  stores,
  suggestedFixes,
  systemReasons,
  targets,
  telling,
  templateFaults,
  unified,
  usage,
  usageErasure,
};
