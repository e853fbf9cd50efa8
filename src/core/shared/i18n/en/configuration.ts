/** What is wrong with the configuration, where Guardian itself says so. */
export const configuration = {
  noFile: 'the file does not exist',
  noDefaultExport: 'it has no default export that is an object',
  noZone: (zone: string) => `"${zone}" is not an IANA time zone`,
  noSmtpAddress: 'is not an smtp:// or smtps:// address',
  noFlag: (value: string) => `"${value}" is not one of 1, true, yes, on, 0, false, no, off`,
  noWholeNumber: (value: string) => `"${value}" is not a whole number`,
  ephemeralDisk: (service: string) =>
    `Guardian runs on Cloud Run (service ${service}), where a SQLite database ends with its instance`,
  ephemeralDiskRemedy:
    'Set DATABASE_URL to a PostgreSQL database, best from a secret: docs/deploy-guardian.md shows how.',
  repliesNeed: 'is needed to read answers',
  /** A value of another shape than is meant, in the words of what checks it. */
  fault: ({ message }: ValueFault): string => message,
  /** Shapes that have a sentence of their own. */
  shapes: {
    duration: 'is not "all" or a duration such as 30m, 1h, 7d',
    span: 'is not a span such as 30s, 5m, 4h, 7d',
    spanOrTime: 'is neither a span such as 2h nor a time such as 05:00',
    timeOfDay: 'is not a time of day such as 07:30',
    date: 'is not a date such as 2025-11-01',
    size: 'is not a size such as 512MiB or 2GiB',
    path: 'is not a path such as /api/health',
    variable: 'is not a name of a variable',
    host: 'is not a host such as api.example.com',
    address: 'is not an e-mail address',
    ownerAndName: 'is not OWNER/NAME',
    name: 'is not a name of lower-case letters, digits, - and _',
    indexPrefix: 'is not a name of lower-case letters, digits, _ and -',
    frames: 'is not "app: GLOB" or "library: GLOB"',
    postgres: 'is not a postgres:// address',
    recipientOrRole: 'is neither a recipient’s id nor role:NAME',
    template: 'is not NAMESPACE/NAME or NAMESPACE/NAME@1.2.0',
    alertType: 'is not a type such as TOO_DRY',
    watch: 'is not between 5m and 24h',
    fromAboveTo: 'from is more than to',
    twoHeartbeats: 'is less than two heartbeats',
    auditGuardian: 'needs both guardianUrl and guardianKey',
    builtInAnalyser: 'is the name of the built-in analyser',
    baseUrl: 'is needed for compatible',
  },
  none: 'none',
  oneOf: (kinds: string, has: string) => `needs one of ${kinds}, and has ${has}`,
  oneTrigger: (first: string, second: string) => `has ${first} and ${second}: one trigger only`,
  models: {
    twice: (name: string) => `"${name}" is there twice`,
    twin: (name: string) => `is the same vendor and model as ${name}: what fails there fails here`,
    noKey: (variable: string) => `is missing: give it, or ${variable} in the environment`,
  },
  /** Of routes, escalation and rotations. */
  telling: {
    nobody: (target: string, known: string) => `"${target}" is nobody; known are ${known}`,
    noMailServer: 'routes send mail, and there is no server for it',
    noMailServerRemedy: 'Set SMTP_URL or SENDGRID_API_KEY, or notify.simulate: true.',
    noTwilio: 'sends SMS, and Twilio is not set up',
    noTwilioRemedy: 'Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER.',
    noAddress: (id: string, channel: string) => `"${id}" has no address for ${channel}`,
    noAddressRemedy: (variable: string, key: string) => `Set ${variable}, or ${key}.`,
    placeholder: 'holds a placeholder',
    reserved: (domain: string) => `"${domain}" is reserved: nobody reads there`,
    reservedRemedy: 'Give a real address; notify.allowReservedDomains: true allows it for trying things out.',
    noHttpAddress: 'is not an http address',
  },
  syslog: {
    otherKey: 'is not the key of sources.syslog.tlsCertificate',
    validOnly: (from: string, until: string) => `is valid from ${from} to ${until} only`,
    missing: 'is missing: tlsPort needs it',
    noPem: (why: string) => `is no PEM that can be read (${why})`,
  },
  deployTargets: {
    sameService: (service: string, other: string) => `${service} is the service of the target ${other} already`,
    noVariable: (name: string) => `the environment of Guardian has no ${name}`,
  },
  templateLine: (line: number, fault: string) => `line ${line}: ${fault}`,
};

/** What is known of a value that has another shape than is meant. */
export interface ValueFault {
  /** In English, by what checks it. */
  message: string;
  code: string;
  /** Of `invalid_type`. */
  expected?: string;
  /** Whose size is bounded: `string`, `array`, `number` … */
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  /** Whether the bound itself is allowed. */
  inclusive?: boolean;
  format?: string;
  pattern?: string;
  values?: readonly unknown[];
  keys?: readonly string[];
}
