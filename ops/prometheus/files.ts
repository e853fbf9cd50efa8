import { stringify } from 'yaml';
import { METRICS_PATH } from '../../src/contracts/metrics.ts';
import { ALERT_GROUPS, type AlertRule } from './alert-rules.ts';
import { RECORDING_RULES } from './recording-rules.ts';

const HEAD = '# Made by ops/prometheus.ts: change it there, and run node ops/prometheus.ts.\n';
const EVERY = '15s';

/** Every file of ops/prometheus by its path there, as it must read. */
export function prometheusFiles(): Record<string, string> {
  return {
    'prometheus.yml': yaml(configuration()),
    'rules/recording.yml': yaml({ groups: [{ name: 'guardian ratios', rules: RECORDING_RULES }] }),
    'rules/alerts.yml': yaml({ groups: ALERT_GROUPS.map(({ name, rules }) => ({ name, rules: rules.map(alertOf) })) }),
    'tests/alerts.test.yml': yaml({
      rule_files: ['../rules/recording.yml', '../rules/alerts.yml'],
      evaluation_interval: EVERY,
      tests: ALERT_GROUPS.flatMap(({ rules }) => rules.flatMap(testsOf)),
    }),
  };
}

function yaml(content: object): string {
  return HEAD + stringify(content, { lineWidth: 0 });
}

function configuration(): object {
  return {
    global: { scrape_interval: EVERY, evaluation_interval: EVERY },
    rule_files: ['rules/*.yml'],
    scrape_configs: [
      {
        job_name: 'guardian',
        metrics_path: METRICS_PATH,
        scheme: 'https',
        authorization: { type: 'Bearer', credentials_file: 'guardian-token' },
        // A label __scheme__: http beside an address reads a Guardian that has no certificate.
        file_sd_configs: [{ files: ['targets/*.yml'] }],
      },
    ],
  };
}

function alertOf({ alert, expr, for: holds, severity, summary, description }: AlertRule): object {
  return {
    alert,
    expr,
    ...(holds === undefined ? {} : { for: holds }),
    labels: { severity },
    annotations: { summary, description },
  };
}

/** Once firing, once not, at the same moment. */
function testsOf(rule: AlertRule): object[] {
  const { alert, severity, summary, description, test } = rule;
  const of = (name: string, values: Readonly<Record<string, string>>, expected: object[]) => ({
    name: `${alert} ${name}`,
    interval: EVERY,
    input_series: Object.entries(values).map(([series, points]) => ({ series, values: points })),
    alert_rule_test: [{ eval_time: test.at, alertname: alert, exp_alerts: expected }],
  });
  const fired = {
    exp_labels: { severity, ...test.labels },
    exp_annotations: { summary, description: filledIn(description, test.labels ?? {}) },
  };
  return [of('fires', test.fires, [fired]), of('stays quiet', test.quiet, [])];
}

function filledIn(text: string, labels: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '');
}
