import type { OutboxRow } from '../ports.ts';
import { alertTold } from './alert-told.ts';
import { checkpointTold } from './checkpoint-told.ts';
import { deploymentTold } from './deployment-told.ts';
import type { Told } from './facts.ts';
import { fixTold } from './fix-told.ts';
import { degradedTold, issueTold, reportTold } from './issue-told.ts';
import { chainTold, lateTold, runTold } from './job-told.ts';
import { usageTold } from './usage-told.ts';

/** What each kind of outbox row is told as; null: it is no news to people. A new kind is one line. */
const BUILDERS: Record<string, (row: OutboxRow) => Told | null> = {
  'run-finished': runTold,
  'job-late': lateTold,
  'chain-finished': chainTold,
  'alert-fired': alertTold,
  'alert-repeated': alertTold,
  'alert-escalated': alertTold,
  'alert-resolved': alertTold,
  'alert-changed': alertTold,
  'issue-opened': issueTold,
  'issue-regressed': issueTold,
  'report-made': reportTold,
  'usage-reported': usageTold,
  'guardian-degraded': degradedTold,
  'deployment-finished': deploymentTold,
  'deployment-rolled-back': deploymentTold,
  'fix-proposed': fixTold,
  'fix-verified': fixTold,
  'fix-recurred': fixTold,
  'audit-checkpoint': checkpointTold,
};

/** Kinds of outbox rows that people may be told of. */
export const TOLD_KINDS: readonly string[] = Object.keys(BUILDERS);

/** The notification of an outbox row: from its facts alone, without a look at anything else. */
export function toldOf(row: OutboxRow): Told | null {
  return BUILDERS[row.kind]?.(row) ?? null;
}
