/** Columns of what is learnt of jobs, and of what is changed by it. */

export interface JobLearningTable {
  job_id: string;
  learnt_at: number;
  /** JSON. */
  learning: string;
}

export interface JobSuggestionTable {
  id: string;
  job_id: string;
  parameter: string;
  state: string;
  created_at: number;
  /** JSON. */
  suggestion: string;
}

export interface JobOverrideTable {
  job_id: string;
  parameter: string;
  from_value: number;
  to_value: number;
  suggestion_id: string;
  at: number;
}
