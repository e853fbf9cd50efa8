#!/usr/bin/env bash
# Every two hours Cloud Scheduler asks Guardian on Cloud Run for the report. It signs as a service account (OIDC); Guardian checks that it is this
# account, and that the token is meant for it (reports.triggerAudience, sources.pushServiceAccount). May be run again.
#
#   PROJECT_ID=… REGION=europe-west1 [SERVICE=guardian] [SCHEDULE='0 */2 * * *'] [TIME_ZONE=Europe/Paris] ops/cloud-run/scheduler.sh
set -euo pipefail
: "${PROJECT_ID:?the project of Google Cloud}" "${REGION:?such as europe-west1}"
service="${SERVICE:-guardian}"
account="guardian-scheduler@${PROJECT_ID}.iam.gserviceaccount.com"

# Asked, not written down by hand: a service that was made anew may have another one.
address="$(gcloud run services describe "$service" --project="$PROJECT_ID" --region="$REGION" --format='value(status.url)')"
case "$address" in
  https://*) ;;
  *)
    echo "scheduler.sh: the service $service has no address in $PROJECT_ID, $REGION" >&2
    exit 1
    ;;
esac
audience="${AUDIENCE:-$address}"

gcloud iam service-accounts describe "$account" --project="$PROJECT_ID" >/dev/null 2>&1 ||
  gcloud iam service-accounts create guardian-scheduler --project="$PROJECT_ID" --display-name='Asks Guardian for its reports'

verb=create
headers=--headers
if gcloud scheduler jobs describe guardian-report --project="$PROJECT_ID" --location="$REGION" >/dev/null 2>&1; then
  verb=update
  headers=--update-headers
fi
gcloud scheduler jobs "$verb" http guardian-report \
  --project="$PROJECT_ID" --location="$REGION" \
  --schedule="${SCHEDULE:-0 */2 * * *}" --time-zone="${TIME_ZONE:-Etc/UTC}" \
  --uri="$address/api/trigger/report" --http-method=POST \
  "$headers=Content-Type=application/json" --message-body='{"freshness":"2h"}' \
  --oidc-service-account-email="$account" --oidc-token-audience="$audience" \
  --attempt-deadline=300s --max-retry-attempts=3
