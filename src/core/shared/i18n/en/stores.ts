/** Why the store refuses, where the database does not say so itself. */
export const stores = {
  locked: 'another process has it locked',
  lockedRemedy: 'End the other program that has the file open (a database browser, a copy), then try again.',
  heldBy: (pid: number, host: string, since: string) => `process ${pid} on ${host} has held it since ${since}`,
  fileRemedy:
    'Check that the folder exists, that the disk is healthy, and that the user that runs Guardian may use it.',
  dumpRemedy: 'Restore the database from the last pg_dump.',
  threadEnded: (why: string) => `its thread ended: ${why}`,
  closed: 'it was closed',
  spoolFull: (folder: string, bytes: number) => `${folder} holds ${bytes} bytes`,
  notGuardians: 'it is not a database of Guardian',
  hasStep: (name: string) => `it has step ${name}`,
  migrationFailed: (step: string, why: string) => `migration ${step} failed: ${why}`,
  beforeFirstStep: 'before the first step',
  noTrail: 'its audit trail is gone',
  crowdedTrail: 'other nodes write too many audit entries at once',
  secretHeld: 'another process holds the making of the session secret',
};
