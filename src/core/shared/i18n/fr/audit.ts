import type { audit as English } from '../en/audit.ts';

export const audit: typeof English = {
  usage: 'Dites quoi faire : guardian audit verify [--trail NOM] [--checkpoint FICHIER] [--json]',
  rewrittenWhole:
    'Aucun point de contrôle ne vient d’ailleurs : qui peut écrire cette base peut avoir réécrit toute la piste, signatures comprises. Définissez audit.anchorFile ou audit.webhook, ou donnez un point conservé avec --checkpoint.',
  afterLastAnchor: (sequence) =>
    `Ce qui suit l’entrée ${sequence}, la dernière que couvre un point de contrôle conservé ailleurs, peut avoir été coupé ou réécrit.`,
  intact: (trail, entries, checkpoints) =>
    `${trail} : intacte, ${entries} ${entries > 1 ? 'entrées' : 'entrée'}, ${checkpoints} ${checkpoints > 1 ? 'points de contrôle concordent' : 'point de contrôle concorde'}`,
  altered: (trail, finding, sequence) =>
    `${trail} : PAS intacte${sequence === null ? '' : ` à partir de l’entrée ${sequence}`} : ${finding}`,
  findings: {
    edited: 'une entrée a été modifiée',
    deleted: 'des entrées ont été supprimées',
    inserted: 'une entrée a été insérée',
    reordered: 'des entrées sont dans un autre ordre',
    truncated: 'des entrées manquent à la fin',
    rechained: 'la chaîne a été refaite : ce n’est pas celle qui a été signée',
    'forged-checkpoint': 'un point de contrôle n’est pas signé par la clé de cette piste',
  },
  anchorInvalid: (line) => `la ligne ${line} n’est pas un point de contrôle`,
  noTrail: (name) => `piste d’audit ${name}`,
  noTrailRemedy: (known, more) =>
    `Nommez ${known.join(', ')}${more > 0 ? ` (ou l’une des ${more} autres)` : ''}, ou ne mettez pas --trail : toutes sont alors vérifiées.`,
};
