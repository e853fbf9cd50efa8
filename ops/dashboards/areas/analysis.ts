import { type Dashboard, panel, quantileOf, rateOf, selector } from '../dashboard.ts';

const success = rateOf('memory_analysis_success_total', '');
const failure = rateOf('memory_analysis_failure_total', '');
const hits = rateOf('memory_analysis_cache_hits_total', '');
const misses = rateOf('memory_analysis_cache_misses_total', '');

export const ANALYSIS: Dashboard = {
  name: 'analysis',
  title: 'analysis',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        panel(
          'Success ratio',
          'percentunit',
          'Share of the attempts of all providers that gave a usable answer. Goal: above 95 %; red below 50 %, yellow below 90 %.',
          [[`${success} / (${success} + ${failure})`, 'success']],
          {
            kind: 'gauge',
            max: 1,
            thresholds: [
              { color: 'red', from: null },
              { color: 'yellow', from: 0.5 },
              { color: 'green', from: 0.9 },
            ],
          },
        ),
        panel(
          'Duration of an attempt, p95 by provider',
          's',
          'The time within which 95 % of the attempts of a provider end, failed ones too. Goal: below 2 s.',
          [[quantileOf(0.95, 'memory_analysis_duration_seconds', 'provider'), '{{provider}}']],
          {
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 2 },
            ],
          },
        ),
        panel(
          'Cache hit ratio',
          'percentunit',
          'Share of the analyses that a cache answered. Goal: 40 to 50 %; below 20 % the cache is of no use.',
          [[`${hits} / (${hits} + ${misses})`, 'hits']],
          {
            kind: 'gauge',
            max: 1,
            thresholds: [
              { color: 'red', from: null },
              { color: 'yellow', from: 0.2 },
              { color: 'green', from: 0.4 },
            ],
          },
        ),
        panel(
          'Errors by kind',
          'short',
          'Why attempts failed within the time shown. auth and not_found are a wrong key or model: nothing mends itself there.',
          [
            [
              `sum by (error_type) (increase(${selector('memory_analysis_failure_total')}[$__range]))`,
              '{{error_type}}',
            ],
          ],
          { kind: 'piechart' },
        ),
        panel(
          'Cache size',
          'short',
          'Analyses that the cache in memory holds. It holds 100 at most; the one used longest ago leaves first.',
          [[`sum(${selector('memory_analysis_cache_size')})`, 'analyses']],
          {
            kind: 'gauge',
            max: 100,
            thresholds: [
              { color: 'green', from: null },
              { color: 'yellow', from: 80 },
              { color: 'red', from: 100 },
            ],
          },
        ),
        panel('Analyses by provider', 'ops', 'Fresh answers a second. "builtin" answers where no model does.', [
          [rateOf('memory_analysis_success_total', 'provider'), '{{provider}}'],
        ]),
      ],
    },
    {
      title: 'Attempts',
      panels: [
        panel('Failures by provider', 'ops', 'Failed attempts a second: the next provider may have answered.', [
          [rateOf('memory_analysis_failure_total', 'provider, error_type'), '{{provider}} {{error_type}}'],
        ]),
        panel('Duration by outcome, p50', 's', 'Half of the attempts end within it.', [
          [quantileOf(0.5, 'memory_analysis_duration_seconds', 'provider, outcome'), '{{provider}} {{outcome}}'],
        ]),
        panel('Cache hits by layer', 'ops', 'Analyses a second that memory or the database answered.', [
          [rateOf('memory_analysis_cache_hits_total', 'layer'), '{{layer}}'],
        ]),
      ],
    },
    {
      title: 'Models',
      panels: [
        panel(
          'Cost of an hour',
          'currencyUSD',
          'US dollars of the last hour by provider and model. Alerts: 5 in all, 2 of one provider.',
          [[`sum by (provider, model) (increase(${selector('llm_cost_usd_total')}[1h]))`, '{{provider}} {{model}}']],
        ),
        panel('Calls', 'reqps', 'Calls of models a second, failed ones too.', [
          [rateOf('llm_requests_total', 'provider, model'), '{{provider}} {{model}}'],
        ]),
        panel('Tokens', 'ops', 'Tokens a second, sent and given.', [
          [rateOf('llm_tokens_prompt_total', 'model'), '{{model}} sent'],
          [rateOf('llm_tokens_completion_total', 'model'), '{{model}} given'],
        ]),
        panel('Latency of a call, p95', 's', 'The time within which 95 % of the calls of a model end.', [
          [quantileOf(0.95, 'llm_latency_seconds', 'provider, model'), '{{provider}} {{model}}'],
        ]),
      ],
    },
  ],
};
