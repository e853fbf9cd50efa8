const LOCK_FILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|requirements[\w-]*\.txt|Gemfile\.lock|composer\.lock|Cargo\.lock|go\.sum|go\.mod|packages\.lock\.json|pubspec\.lock|Package\.resolved|gradle\.lockfile|libs\.versions\.toml|pom\.xml|build\.gradle(?:\.kts)?)$/;
const CONFIGURATION =
  /(?:^|\/)(?:config|conf|settings|env|environments|deploy|k8s|helm|terraform)\/|(?:^|\/)(?:\.env[\w.-]*|Dockerfile[\w.-]*|docker-compose[\w.-]*|Procfile|app\.ya?ml|cloudbuild[\w.-]*|serverless\.ya?ml)$|\.(?:ya?ml|toml|ini|cfg|conf|properties|env|tf|tfvars)$|(?:^|\/)(?:config|settings|application|appsettings)(?:[._-][\w.-]*)?\.(?:json|py|js|ts|rb|php|xml)$/i;
const MIGRATION = /(?:^|\/)(?:migrations?|db\/migrate|alembic\/versions|flyway|liquibase)\/|\.sql$/i;

/** Pipelines change how code is built and checked, not how it runs. */
const PIPELINE = /^(?:\.github|\.circleci|\.gitlab|\.buildkite)\/|^\.(?:gitlab-ci|travis)\.yml$/;

/** What a file is besides code: changes to these break things far from where they are. Null for anything else. */
export function touchedKind(path: string): 'lock file' | 'configuration' | 'migration' | null {
  if (PIPELINE.test(path)) return null;
  if (LOCK_FILE.test(path)) return 'lock file';
  if (MIGRATION.test(path)) return 'migration';
  return CONFIGURATION.test(path) ? 'configuration' : null;
}
