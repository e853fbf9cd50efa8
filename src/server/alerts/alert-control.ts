import type { Alerts } from '../../core/alerts/index.ts';

/** What people and programs do with alerts. */
export type AlertControl = Pick<
  Alerts,
  'postMeasurements' | 'postTexts' | 'postAlert' | 'act' | 'undo' | 'rules' | 'tryRule' | 'lookNow'
>;
