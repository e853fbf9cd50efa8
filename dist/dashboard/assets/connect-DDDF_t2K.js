import{n as e}from"./rolldown-runtime-WkwZ5CU-.js";import{T as t,b as n,m as r,w as i}from"./libraries-DsajrtiC.js";import{E as a,R as o,X as s,g as c,k as l,n as u,t as d,tt as f,v as p}from"./parts-B1BaGf1I.js";var m=e(t(),1),h=e=>({place:`shell`,text:e}),g=e=>({place:`code`,text:e}),_=e=>({place:`environment`,text:e}),v=e=>({place:`configuration`,text:e}),y=({origin:e,key:t})=>`OTEL_SERVICE_NAME=my-service
OTEL_EXPORTER_OTLP_ENDPOINT=${e}
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20${t}
OTEL_LOGS_EXPORTER=otlp
OTEL_TRACES_EXPORTER=otlp
OTEL_METRICS_EXPORTER=none`,b=[{id:`curl`,name:`curl`,snippets:({origin:e,key:t})=>[h(`curl ${e}/api/events \\
  -H 'Authorization: Bearer ${t}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary "{\\"time\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\",\\"severity\\":\\"error\\",\\"service\\":\\"hello\\",\\"message\\":\\"the first event\\"}"`)]},{id:`sentry-node`,name:`Sentry: Node.js`,snippets:({dsn:e})=>[h(`npm install @sentry/node`),g(`import * as Sentry from '@sentry/node';

Sentry.init({ dsn: '${e}', release: process.env.GIT_COMMIT });`)]},{id:`sentry-browser`,name:`Sentry: browser`,snippets:({dsn:e})=>[h(`npm install @sentry/browser`),g(`import * as Sentry from '@sentry/browser';

Sentry.init({ dsn: '${e}' });`)]},{id:`sentry-python`,name:`Sentry: Python`,snippets:({dsn:e})=>[h(`pip install sentry-sdk`),g(`import os
import sentry_sdk

sentry_sdk.init(dsn="${e}", release=os.environ.get("GIT_COMMIT"))`)]},{id:`otel-node`,name:`OpenTelemetry: Node.js`,snippets:e=>[h(`npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node`),_(`${y(e)}
NODE_OPTIONS=--require @opentelemetry/auto-instrumentations-node/register`)]},{id:`otel-python`,name:`OpenTelemetry: Python`,snippets:e=>[h(`pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http
opentelemetry-bootstrap -a install
opentelemetry-instrument python app.py`),_(`${y(e)}
OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true`)]},{id:`otel-collector`,name:`OpenTelemetry Collector`,note:`collectorNote`,snippets:({origin:e,key:t})=>[v(`exporters:
  otlphttp/guardian:
    endpoint: ${e}
    headers:
      Authorization: Bearer ${t}
service:
  pipelines:
    logs:
      receivers: [otlp]
      exporters: [otlphttp/guardian]
    traces:
      receivers: [otlp]
      exporters: [otlphttp/guardian]`)]},{id:`elastic`,name:`Elasticsearch _bulk`,snippets:({origin:e,key:t})=>[h(`curl ${e}/elastic/logs/_bulk \\
  -H 'Authorization: ApiKey ${t}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary $'{"create":{}}\\n{"@timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)$'","log.level":"error","service.name":"hello","message":"the first event"}\\n'`)]},{id:`pino`,name:`pino-elasticsearch`,snippets:({origin:e,key:t})=>[h(`npm install pino pino-elasticsearch`),g(`import pino from 'pino';
import pinoElastic from 'pino-elasticsearch';

const stream = pinoElastic({
  node: '${e}/elastic',
  auth: { username: 'guardian', password: '${t}' },
  index: 'logs',
  esVersion: 8,
});
export const logger = pino({ base: { service: { name: 'my-service' } } }, stream);`)]},{id:`filebeat`,name:`Filebeat`,snippets:({origin:e,key:t})=>[v(`filebeat.inputs:
  - type: filestream
    id: my-service
    paths: [/var/log/my-service/*.log]
    fields_under_root: true
    fields: { service.name: my-service }
output.elasticsearch:
  hosts: ['${e}/elastic']
  username: guardian
  password: '${t}'
  allow_older_versions: true
setup.template.enabled: false
setup.ilm.enabled: false`)]},{id:`cloud-logging`,name:`Google Cloud Logging`,note:`pubsubNote`,snippets:({origin:e,projectSlug:t})=>[h(`gcloud pubsub topics create guardian
gcloud logging sinks create guardian \\
  pubsub.googleapis.com/projects/PROJECT_ID/topics/guardian \\
  --log-filter='resource.type=("cloud_run_revision" OR "cloud_run_job")'
gcloud pubsub topics add-iam-policy-binding guardian --role=roles/pubsub.publisher \\
  --member="$(gcloud logging sinks describe guardian --format='value(writerIdentity)')"
gcloud pubsub subscriptions create guardian --topic=guardian \\
  --push-endpoint='${e}/api/pubsub/${t}' \\
  --push-auth-service-account=guardian-push@PROJECT_ID.iam.gserviceaccount.com`)]},{id:`syslog`,name:`syslog (rsyslog)`,note:`syslogNote`,snippets:({host:e})=>[v(`*.warning action(type="omfwd" target="${e}" port="5514" protocol="tcp"
  tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`)]}],x=i();function S(){let{sources:e,welcome:t}=o(),{project:i}=r({from:`__root__`}),a=n(f);return(0,x.jsxs)(l,{children:[(0,x.jsx)(`h2`,{className:`text-lg font-semibold`,children:e.connect}),(0,x.jsx)(`p`,{className:`mb-3 text-sm text-muted`,children:e.connectIntro}),(0,x.jsx)(p,{query:a,children:({items:e})=>{let n=e.filter(({slug:e})=>e!==`sample`),r=e.find(({slug:e})=>e===i)??n[0]??e[0];return r?(0,x.jsx)(C,{projects:e,first:r},r.id):(0,x.jsxs)(x.Fragment,{children:[(0,x.jsx)(`p`,{className:`mb-2`,children:t.noProject}),(0,x.jsx)(d,{})]})}})]})}function C({projects:e,first:t}){let{sources:r,shared:i}=o(),[a,l]=(0,m.useState)(t.id),u=e.find(({id:e})=>e===a)??t,d=n(s(u.id));return(0,x.jsxs)(x.Fragment,{children:[e.length>1&&(0,x.jsx)(c,{label:i.project,value:String(u.id),options:e.map(({id:e,name:t})=>[String(e),t]),onChoose:e=>l(Number(e)),className:`mb-3 max-w-sm`}),(0,x.jsx)(p,{query:d,children:({items:e})=>{let t=e.find(({revokedAt:e})=>e===null);if(!t)return(0,x.jsx)(`p`,{children:r.noKey});let n={dsn:t.dsn,key:t.key,origin:location.origin,host:location.hostname,projectSlug:u.slug};return(0,x.jsx)(w,{facts:n})}})]})}function w({facts:e}){let{sources:t}=o(),[n,r]=(0,m.useState)(b[0].id),i=b.find(({id:e})=>e===n)??b[0];return(0,x.jsxs)(x.Fragment,{children:[(0,x.jsx)(`p`,{className:`text-sm text-muted`,children:`DSN`}),(0,x.jsxs)(`div`,{className:`mb-3 flex flex-wrap items-center gap-2`,children:[(0,x.jsx)(`code`,{className:`min-w-0 rounded bg-code px-2 py-1 text-xs wrap-anywhere`,children:e.dsn}),(0,x.jsx)(u,{text:e.dsn})]}),(0,x.jsx)(c,{label:t.client,value:i.id,options:b.map(({id:e,name:t})=>[e,t]),onChoose:r,className:`max-w-sm`}),i.note&&(0,x.jsx)(`p`,{className:`mt-2 text-sm text-muted`,children:t[i.note]}),i.snippets(e).map(({place:e,text:n})=>(0,x.jsxs)(`div`,{className:`mt-3`,children:[(0,x.jsxs)(`div`,{className:`flex items-center justify-between gap-2`,children:[(0,x.jsx)(`span`,{className:`text-sm text-muted`,children:t.place[e]}),(0,x.jsx)(u,{text:n})]}),(0,x.jsx)(a,{text:n,label:t.place[e],isTall:!0})]},n))]})}export{S as t};