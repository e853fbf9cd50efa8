/** What an erasure of a user could not reach. */
export const usageErasure = {
  backups: 'Backups and other copies of the database that were made before.',
  messages: 'Messages that were already sent, and reports that were saved elsewhere.',
  senders: 'The watched applications themselves, and records that they have not sent yet: those will be refused.',
  short: (name: string) =>
    `Texts in the middle of which “${name}” may stand: a name so short is looked for only where it is the user of something.`,
  salts: 'Rows under pseudonyms whose salts are destroyed: nobody can tell whether they are of this user.',
  writeAheadLog: 'PostgreSQL’s write-ahead log and its archives, and pages that its VACUUM has not cleaned yet.',
  searchCluster: 'Events in the search cluster that name the user, until it forgets them.',
  left: (place: string) => `The name was still found in ${place}.`,
};
