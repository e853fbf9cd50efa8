/** What is said of audit trails. */
export const audit = {
  usage: 'Say what to do: guardian audit verify [--trail NAME] [--checkpoint FILE] [--json]',
  rewrittenWhole:
    'No checkpoint came from elsewhere: whoever can write this store can have written the whole trail anew, signatures included. Set audit.anchorFile or audit.webhook, or give a kept checkpoint with --checkpoint.',
  afterLastAnchor: (sequence: number) =>
    `What came after entry ${sequence}, the last that a checkpoint kept elsewhere covers, can have been cut off or written anew.`,
  intact: (trail: string, entries: number, checkpoints: number) =>
    `${trail}: intact, ${entries} ${entries === 1 ? 'entry' : 'entries'}, ${checkpoints} ${checkpoints === 1 ? 'checkpoint agrees' : 'checkpoints agree'}`,
  altered: (trail: string, finding: string, sequence: number | null) =>
    `${trail}: NOT intact${sequence === null ? '' : ` from entry ${sequence}`}: ${finding}`,
  findings: {
    edited: 'an entry was edited',
    deleted: 'entries were deleted',
    inserted: 'an entry was inserted',
    reordered: 'entries stand in another order',
    truncated: 'entries at the end are missing',
    rechained: 'the chain was made anew: it is not the one that was signed',
    'forged-checkpoint': 'a checkpoint is not signed by the key of this trail',
  },
  anchorInvalid: (line: number) => `line ${line} is no checkpoint`,
  noTrail: (name: string) => `audit trail ${name}`,
  noTrailRemedy: (known: string[], more: number) =>
    `Say one of ${known.join(', ')}${more > 0 ? ` (and ${more} more)` : ''}, or leave --trail out: then all are verified.`,
};
