import { type Dashboard, panel, quantileOf, rateOf, selector } from '../dashboard.ts';

const dismissed = rateOf('concept_recall_false_positives_total', '');
const emitted = rateOf('concept_recall_events_emitted_total', '');

export const RECALL: Dashboard = {
  name: 'recall',
  title: 'concept recall',
  rows: [
    {
      title: 'What is recalled',
      panels: [
        panel('Detections by similarity', 'ops', 'Concepts a second that were found in an earlier conversation.', [
          [rateOf('concept_recall_detections_total', 'similarity_range'), '{{similarity_range}}'],
        ]),
        panel('Told to readers', 'ops', 'Recalls a second that were sent to a screen: at most three for a message.', [
          [emitted, 'told'],
        ]),
        panel(
          'Dismissed',
          'percentunit',
          'Share of the recalls told that a reader dismissed. Where it stays high, the threshold is too low.',
          [[`${dismissed} / ${emitted}`, 'dismissed']],
          {
            kind: 'gauge',
            max: 1,
            thresholds: [
              { color: 'green', from: null },
              { color: 'yellow', from: 0.2 },
              { color: 'red', from: 0.5 },
            ],
          },
        ),
        panel('What readers do', 'ops', 'Recalls a second that were opened, dismissed or faded away.', [
          [rateOf('concept_recall_interactions_total', 'action'), '{{action}}'],
        ]),
        panel('Similarity, median', 'none', 'Half of what is found is less similar; 1 is the same.', [
          [quantileOf(0.5, 'concept_recall_similarity_score'), 'median'],
        ]),
        panel(
          'Settings',
          'none',
          'What recall runs with on each server.',
          [[selector('concept_recall_system_info'), '']],
          { kind: 'table' },
        ),
      ],
    },
    {
      title: 'How fast',
      panels: [
        panel(
          'From the message to its recalls, p95',
          's',
          'Readers see a recall while they still read the answer below 1 s.',
          [[quantileOf(0.95, 'concept_recall_detection_latency_seconds'), 'p95']],
        ),
        panel(
          'One search among the concepts, p95',
          's',
          'Grows with the concepts of one user, never with all of them.',
          [[quantileOf(0.95, 'concept_recall_vector_search_duration_seconds'), 'p95']],
        ),
      ],
    },
  ],
};
