/** How much of each list a page shows. Counts are never limited; what is left out is counted beside. */
export interface Limits {
  incidents: number;
  issues: number;
  tallies: number;
  snippets: number;
  suspects: number;
  recommendations: number;
  samples: number;
  /** Lines of one trace. */
  stackLines: number;
  /** Characters of one message or line. */
  message: number;
  /** Characters of one whole entry; 0 leaves entries out. */
  payload: number;
}

/** From generous to tight: the first whose page fits the budget is taken. */
export const LIMITS: readonly Limits[] = [
  {
    incidents: 50,
    issues: 50,
    tallies: 20,
    snippets: 10,
    suspects: 5,
    recommendations: 20,
    samples: 50,
    stackLines: 120,
    message: 4_000,
    payload: 8_000,
  },
  {
    incidents: 10,
    issues: 20,
    tallies: 10,
    snippets: 5,
    suspects: 5,
    recommendations: 10,
    samples: 15,
    stackLines: 60,
    message: 1_500,
    payload: 2_000,
  },
  {
    incidents: 10,
    issues: 10,
    tallies: 10,
    snippets: 3,
    suspects: 3,
    recommendations: 8,
    samples: 15,
    stackLines: 40,
    message: 600,
    payload: 0,
  },
  {
    incidents: 5,
    issues: 8,
    tallies: 6,
    snippets: 3,
    suspects: 3,
    recommendations: 6,
    samples: 10,
    stackLines: 20,
    message: 300,
    payload: 0,
  },
  {
    incidents: 3,
    issues: 5,
    tallies: 5,
    snippets: 1,
    suspects: 1,
    recommendations: 5,
    samples: 5,
    stackLines: 10,
    message: 160,
    payload: 0,
  },
  {
    incidents: 1,
    issues: 2,
    tallies: 3,
    snippets: 1,
    suspects: 1,
    recommendations: 2,
    samples: 0,
    stackLines: 5,
    message: 100,
    payload: 0,
  },
];
