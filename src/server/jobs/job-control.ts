import type { JobEngine, Prediction } from '../../core/jobs/index.ts';

/** What people and programs do with jobs; the engine carries it out. */
export interface JobControl
  extends Pick<JobEngine, 'run' | 'cancel' | 'pause' | 'resume' | 'previewResume' | 'record' | 'post' | 'parts'> {
  /** Newest first. */
  predictions(jobId: string): Promise<Prediction[]>;
  /** Whether check-ins by this name would be a job's: one that is there, or that one which was taken in before describes. */
  knowsMonitor(projectId: number, name: string): Promise<boolean>;
}
