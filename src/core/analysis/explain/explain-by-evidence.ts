import { type Messages, toInstant } from '../../shared/index.ts';
import { placeOf } from './evidence-of.ts';
import type { Claim, Evidence, Explanation, IssueFacts } from './explanation.ts';

/** How far a ranked suspect carries a hypothesis. */
const CONFIDENCE = { high: 0.6, medium: 0.4, low: 0.25 } as const;
/** A frame of the application without a suspect; and nothing but incidents. */
const FRAME_ONLY = 0.2;
const INCIDENTS_ONLY = 0.05;

type Said = Pick<Explanation, 'rootCause' | 'claims' | 'confidence' | 'nextLook' | 'droppedClaims'>;

/** The built-in form, without a model: top application frame, ranked suspect, first seen after which deployment. */
export function explainByEvidence(facts: IssueFacts, evidence: readonly Evidence[], say: Messages['analysis']): Said {
  const first = (kind: Evidence['kind']) => evidence.find((one) => one.kind === kind)?.id;
  const [frame] = facts.frames;
  const [suspect] = facts.suspects;
  const frameId = first('frame');
  const suspectId = first('suspect');
  const deploymentId = first('deployment');
  const revisionId = first('revision');
  const incidentId = first('incident');
  const what = facts.errorType ?? facts.title;
  const claims: Claim[] = [];
  const nextLook: Claim[] = [];
  if (suspect && suspectId) {
    const { hash, author, subject, confidence, reasons } = suspect;
    const text = say.suspect({ hash: hash.slice(0, 12), author, subject, confidence, reasons: reasons.join('; ') });
    claims.push({ text, evidence: [suspectId] });
    nextLook.push({
      text: say.lookAtSuspect(hash.slice(0, 12)),
      evidence: frameId ? [suspectId, frameId] : [suspectId],
    });
  }
  if (facts.deployment && deploymentId) {
    const { buildId, revision, at } = facts.deployment;
    const text = say.afterDeployment({ build: buildId, revision, at: toInstant(at), seen: toInstant(facts.firstSeen) });
    claims.push({ text, evidence: [deploymentId] });
  } else if (facts.firstRevision && revisionId) {
    const { name } = facts.firstRevision;
    claims.push({ text: say.sinceRevision(name, toInstant(facts.firstSeen)), evidence: [revisionId] });
  }
  if (frame && frameId) nextLook.unshift({ text: say.lookAtFrame(placeOf(frame)), evidence: [frameId] });
  if (incidentId) nextLook.push({ text: say.lookAtIncident, evidence: [incidentId] });
  const rootCause = rootCauseOf();
  return { rootCause, claims, confidence: confidenceOf(), nextLook, droppedClaims: 0 };

  function rootCauseOf(): Claim | null {
    if (frame && frameId) {
      if (!suspect || !suspectId) return { text: say.raisedAt(what, placeOf(frame)), evidence: [frameId] };
      const text = say.raisedAtAfter(what, placeOf(frame), suspect.hash.slice(0, 12));
      return { text, evidence: [frameId, suspectId] };
    }
    return incidentId ? { text: say.raisedSomewhere(what), evidence: [incidentId] } : null;
  }

  function confidenceOf(): number {
    if (frameId && suspect) return CONFIDENCE[suspect.confidence];
    if (frameId) return FRAME_ONLY;
    return incidentId ? INCIDENTS_ONLY : 0;
  }
}
