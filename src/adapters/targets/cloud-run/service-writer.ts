import type { Sentence } from '../../../core/shared/index.ts';
import { asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { say } from '../sayings.ts';
import { type GoogleApi, refused, unreachable } from './google-api.ts';
import type { CloudRunKnobs } from './options.ts';

export interface ServiceWriterOptions {
  /** Of the target, for errors. */
  name: string;
  api: GoogleApi;
  /** `https://run.googleapis.com/v2` */
  base: string;
  /** `projects/P/locations/L/services/S` */
  service: string;
  knobs: CloudRunKnobs;
  now: () => number;
}

export interface ServiceWriter {
  read(): Promise<JsonObject>;
  /**
   * Reads, changes, writes with field mask and etag. `edit` gives the fields to write, null when the service is already as it is meant; it is asked anew after
   * somebody else wrote in between or an answer was lost, so that what was done is not done twice. Ends when the operation did, or its time is over.
   */
  write(edit: (service: JsonObject) => JsonObject | null): Promise<void>;
}

export function createServiceWriter({ name, api, base, service, knobs, now }: ServiceWriterOptions): ServiceWriter {
  const url = `${base}/${service}`;
  const read = () => api.read({ method: 'GET', url });

  async function write(edit: (service: JsonObject) => JsonObject | null): Promise<void> {
    let reason: Sentence = '';
    for (let attempt = 0; attempt < knobs.tries; attempt++) {
      const current = await read();
      const fields = edit(current);
      if (fields === null) return;
      const mask = Object.keys(fields).join(',');
      const answer = await api.ask({
        method: 'PATCH',
        url: `${url}?updateMask=${encodeURIComponent(mask)}`,
        body: { name: service, ...fields, etag: current.etag },
        isRepeatable: false,
      });
      if (answer.kind === 'done') return untilDone(answer.body);
      if (answer.kind === 'missing') throw refused(name, say.cloudRun.nothingAt(service));
      reason = answer.reason;
      if (answer.kind === 'conflict') await api.pause(knobs.firstWaitMs);
    }
    throw unreachable(name, say.times(reason, knobs.tries));
  }

  /** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.operations */
  async function untilDone(started: JsonObject): Promise<void> {
    const path = asText(started.name);
    const until = now() + knobs.operationMs;
    for (let operation = started; ; ) {
      const error = asObject(operation.error);
      if (error) throw refused(name, asText(error.message) ?? say.cloudRun.operationFailed(String(error.code)));
      if (operation.done === true || path === null || now() >= until) return;
      await api.pause(knobs.lookMs);
      operation = await api.read({ method: 'GET', url: `${base}/${path}` });
    }
  }

  return { read, write };
}
