import type { configuration as English, ValueFault } from '../en/configuration.ts';

const TYPES: Readonly<Record<string, string>> = {
  string: 'un texte',
  number: 'un nombre',
  int: 'un nombre entier',
  boolean: 'true ou false',
  array: 'une liste',
  object: 'un objet',
  record: 'un objet',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  url: 'n’est pas une adresse (URL)',
  email: 'n’est pas une adresse électronique',
  datetime: 'n’est pas un instant RFC 3339',
};

function sized(bound: string, { origin }: ValueFault): string {
  const plural = bound === '1' ? '' : 's';
  if (origin === 'string') return `avoir ${bound} caractère${plural}`;
  return origin === 'array' || origin === 'set' ? `avoir ${bound} élément${plural}` : `être ${bound}`;
}

function fault(found: ValueFault): string {
  switch (found.code) {
    case 'invalid_type':
      return `doit être ${TYPES[found.expected ?? ''] ?? `du type ${found.expected}`}`;
    case 'too_small':
      return found.inclusive === false
        ? `doit dépasser ${found.minimum}`
        : `doit ${sized(String(found.minimum), found)} au moins`;
    case 'too_big':
      return found.inclusive === false
        ? `doit être inférieur à ${found.maximum}`
        : `doit ${sized(String(found.maximum), found)} au plus`;
    case 'invalid_format':
      return FORMATS[found.format ?? ''] ?? `n’a pas la forme « ${found.pattern ?? found.format} »`;
    case 'invalid_value':
      return `doit être ${(found.values ?? []).map((value) => JSON.stringify(value)).join(' ou ')}`;
    case 'unrecognized_keys':
      return `clé inconnue : ${(found.keys ?? []).join(', ')}`;
    case 'invalid_union':
      return 'n’a aucune des formes possibles';
    default:
      return 'n’est pas valable';
  }
}

export const configuration: typeof English = {
  noFile: 'le fichier n’existe pas',
  noDefaultExport: 'il n’exporte pas d’objet par défaut',
  noZone: (zone) => `« ${zone} » n’est pas un fuseau horaire IANA`,
  noSmtpAddress: 'n’est pas une adresse smtp:// ou smtps://',
  noFlag: (value) => `« ${value} » n’est ni 1, true, yes, on, ni 0, false, no, off`,
  noWholeNumber: (value) => `« ${value} » n’est pas un nombre entier`,
  ephemeralDisk: (service) =>
    `Guardian tourne sur Cloud Run (service ${service}), où une base SQLite disparaît avec son instance`,
  ephemeralDiskRemedy:
    'Donnez une base PostgreSQL dans DATABASE_URL, de préférence depuis un secret : docs/deploy-guardian.md montre comment.',
  repliesNeed: 'est nécessaire pour lire les réponses',
  fault,
  shapes: {
    duration: 'n’est ni « all » ni une durée comme 30m, 1h, 7d',
    span: 'n’est pas une durée comme 30s, 5m, 4h, 7d',
    spanOrTime: 'n’est ni une durée comme 2h ni une heure comme 05:00',
    timeOfDay: 'n’est pas une heure comme 07:30',
    date: 'n’est pas une date comme 2025-11-01',
    size: 'n’est pas une taille comme 512MiB ou 2GiB',
    path: 'n’est pas un chemin comme /api/health',
    variable: 'n’est pas un nom de variable',
    host: 'n’est pas un hôte comme api.example.com',
    address: 'n’est pas une adresse électronique',
    ownerAndName: 'n’est pas PROPRIÉTAIRE/NOM',
    name: 'n’est pas un nom fait de minuscules, de chiffres, de - et de _',
    indexPrefix: 'n’est pas un nom fait de minuscules, de chiffres, de _ et de -',
    frames: 'n’est ni « app: MOTIF » ni « library: MOTIF »',
    postgres: 'n’est pas une adresse postgres://',
    recipientOrRole: 'n’est ni l’identifiant d’un destinataire ni role:NOM',
    template: 'n’est ni ESPACE/NOM ni ESPACE/NOM@1.2.0',
    alertType: 'n’est pas un type comme TOO_DRY',
    watch: 'n’est pas entre 5m et 24h',
    fromAboveTo: 'from est plus grand que to',
    twoHeartbeats: 'est plus court que deux battements (heartbeat)',
    auditGuardian: 'il faut guardianUrl et guardianKey, l’un avec l’autre',
    builtInAnalyser: 'est le nom de l’analyseur intégré',
    baseUrl: 'est nécessaire pour compatible',
  },
  none: 'aucun',
  oneOf: (kinds, has) => `il faut un seul de ${kinds}, et il y a : ${has}`,
  oneTrigger: (first, second) => `a ${first} et ${second} : un seul déclencheur`,
  models: {
    twice: (name) => `« ${name} » y est deux fois`,
    twin: (name) => `est du même fournisseur et du même modèle que ${name} : ce qui échoue là échoue ici`,
    noKey: (variable) => `manque : donnez-la, ou ${variable} dans l’environnement`,
  },
  telling: {
    nobody: (target, known) => `« ${target} » n’est personne ; sont connus : ${known}`,
    noMailServer: 'des routes envoient du courrier, et il n’y a pas de serveur pour cela',
    noMailServerRemedy: 'Donnez SMTP_URL ou SENDGRID_API_KEY, ou notify.simulate: true.',
    noTwilio: 'envoie des SMS, et Twilio n’est pas configuré',
    noTwilioRemedy: 'Donnez TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN et TWILIO_FROM_NUMBER.',
    noAddress: (id, channel) => `« ${id} » n’a pas d’adresse pour ${channel}`,
    noAddressRemedy: (variable, key) => `Donnez ${variable}, ou ${key}.`,
    placeholder: 'n’est qu’un texte à remplacer',
    reserved: (domain) => `« ${domain} » est réservé : personne n’y lit`,
    reservedRemedy: 'Donnez une vraie adresse ; notify.allowReservedDomains: true le permet, pour faire des essais.',
    noHttpAddress: 'n’est pas une adresse http',
  },
  syslog: {
    otherKey: 'n’est pas la clé de sources.syslog.tlsCertificate',
    validOnly: (from, until) => `n’est valable que de ${from} à ${until}`,
    missing: 'manque : tlsPort en a besoin',
    noPem: (why) => `n’est pas un PEM lisible (${why})`,
  },
  deployTargets: {
    sameService: (service, other) => `${service} est déjà le service de la cible ${other}`,
    noVariable: (name) => `l’environnement de Guardian n’a pas ${name}`,
  },
  templateLine: (line, found) => `ligne ${line} : ${found}`,
};
