import { wordSet } from '../words/word-set.ts';

/** Given names, frequent in English and French, in lower case. */
export const GIVEN_NAMES =
  wordSet(`james john robert michael william david richard joseph thomas charles christopher daniel matthew
  anthony mark donald steven stephen paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary
  nicholas eric jonathan larry justin scott brandon benjamin ben samuel sam gregory greg alexander alex patrick frank raymond jack dennis
  jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald
  carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph
  randy eugene vincent russell louis philip bobby johnny bradley tom tim jim bob mike steve dave dan nick tony matt luke oliver
  oscar leo hugo max felix simon martin stuart ian graham colin neil nigel trevor mary patricia jennifer linda elizabeth barbara susan
  jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah
  stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine
  christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina
  joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann anne sara madison frances kathryn janice jean
  abigail alice julia judy sophia sophie grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany
  charlotte marie kayla alexis lori lucy kate jane ellen eva clara chloe zoe ada grace fiona claire molly
  pierre jacques michel andré philippe alain bernard jean-pierre jean-paul françois gérard rené marcel claude christophe stéphane
  laurent sébastien frédéric nicolas olivier thierry pascal éric julien mathieu guillaume alexandre antoine baptiste clément romain
  maxime quentin florian benoît jérôme cédric fabien arnaud xavier étienne émile gaston henri léon lucien théo enzo mathis
  raphaël nathalie isabelle sylvie catherine martine monique françoise jacqueline nicole brigitte véronique chantal sandrine
  valérie stéphanie céline aurélie émilie élodie camille léa manon inès jeanne juliette lucie mathilde pauline amélie anaïs
  caroline hélène delphine virginie florence agnès corinne dominique mélanie audrey laetitia karine solène margaux élise
  mohamed ahmed fatima karim youssef omar ali amina leila yasmine ibrahim moussa aminata mamadou wei ming yuki hiroshi priya raj
  ravi anita carlos luis miguel ana sofia elena ivan dmitri olga natasha hans klaus jürgen ingrid giovanni paolo giulia marco`);

/** Given names that are also words: at the start of a sentence they are a name only beside another sign of one. */
export const AMBIGUOUS_NAMES =
  wordSet(`mark bill jack frank art pat sue rob drew dean chase grant miles grace rose hope faith may april june
  victor florence virginia madison austin jordan logan claire christian ivan ray roy max jean martin dan ali ming raj may will penny
  amber dominique victoria charlotte ruth olive`);

/** Countries, regions and large cities, English and French, in lower case; several words joined by a space. */
export const PLACES: ReadonlySet<string> = new Set(
  `africa,asia,europe,america,north america,south america,antarctica,oceania,afrique,asie,amérique,océanie,france,germany,allemagne,
spain,espagne,italy,italie,portugal,belgium,belgique,netherlands,the netherlands,pays-bas,luxembourg,switzerland,suisse,austria,autriche,
poland,pologne,denmark,danemark,sweden,suède,norway,norvège,finland,finlande,iceland,islande,ireland,irlande,united kingdom,
royaume-uni,england,angleterre,scotland,écosse,wales,greece,grèce,turkey,turquie,russia,russie,ukraine,romania,roumanie,bulgaria,
bulgarie,hungary,hongrie,czech republic,slovakia,slovenia,croatia,croatie,serbia,serbie,united states,états-unis,usa,canada,mexico,
mexique,brazil,brésil,argentina,argentine,chile,chili,peru,pérou,colombia,colombie,venezuela,cuba,china,chine,japan,japon,india,inde,
korea,south korea,corée,vietnam,thailand,thaïlande,indonesia,indonésie,malaysia,malaisie,singapore,singapour,philippines,australia,
australie,new zealand,nouvelle-zélande,egypt,égypte,morocco,maroc,algeria,algérie,tunisia,tunisie,senegal,sénégal,mali,nigeria,kenya,
ethiopia,south africa,cameroun,cameroon,côte d'ivoire,madagascar,israel,israël,iran,iraq,irak,syria,syrie,lebanon,liban,saudi arabia,
qatar,dubai,pakistan,bangladesh,nepal,afghanistan,london,londres,paris,lyon,marseille,toulouse,nice,nantes,strasbourg,bordeaux,lille,
rennes,grenoble,montpellier,dijon,brest,rouen,toulon,metz,nancy,tours,caen,annecy,reims,le havre,saint-étienne,berlin,munich,hamburg,
hambourg,frankfurt,francfort,cologne,madrid,barcelona,barcelone,seville,séville,valencia,rome,milan,naples,turin,venice,venise,florence,
lisbon,lisbonne,porto,brussels,bruxelles,antwerp,anvers,ghent,liège,amsterdam,rotterdam,zurich,geneva,genève,lausanne,bern,berne,basel,
vienna,vienne,prague,warsaw,varsovie,budapest,bucharest,bucarest,athens,athènes,copenhagen,copenhague,stockholm,oslo,helsinki,dublin,
edinburgh,édimbourg,glasgow,manchester,liverpool,birmingham,oxford,cambridge,bristol,leeds,moscow,moscou,kiev,kyiv,istanbul,new york,
los angeles,san francisco,chicago,boston,seattle,washington,houston,dallas,atlanta,miami,denver,philadelphia,detroit,las vegas,
san diego,california,californie,texas,florida,floride,hawaii,toronto,montreal,montréal,vancouver,ottawa,quebec,québec,mexico city,
rio de janeiro,são paulo,buenos aires,santiago,lima,bogotá,beijing,pékin,shanghai,hong kong,shenzhen,guangzhou,taipei,taiwan,tokyo,kyoto,
osaka,seoul,séoul,bangkok,hanoi,jakarta,manila,kuala lumpur,delhi,new delhi,mumbai,bangalore,sydney,melbourne,auckland,cairo,le caire,
casablanca,rabat,alger,algiers,tunis,dakar,lagos,nairobi,johannesburg,cape town,jerusalem,tel aviv,beirut,beyrouth,bretagne,brittany,
normandie,normandy,provence,alsace,corse,corsica,bavaria,catalonia,sicily,sicile,alps,alpes,pyrénées,pyrenees,atlantic,pacific,
mediterranean,méditerranée`
    .split(',')
    .map((place) => place.trim()),
);

/** Organisations known by name, in lower case. */
export const ORGANISATIONS: ReadonlySet<string> = new Set(
  `google,amazon,microsoft,apple,ibm,intel,amd,nvidia,openai,anthropic,mistral,meta,facebook,twitter,linkedin,netflix,spotify,uber,airbnb,
oracle,sap,salesforce,cisco,dell,hp,samsung,sony,huawei,xiaomi,toyota,honda,nissan,volkswagen,bmw,renault,peugeot,stellantis,tesla,airbus,
boeing,siemens,bosch,philips,nokia,ericsson,nasa,esa,cern,unesco,unicef,onu,united nations,nations unies,european union,union européenne,
world bank,banque mondiale,sncf,edf,ratp,engie,totalenergies,carrefour,danone,l'oréal,bnp paribas,société générale,crédit agricole,
stripe,paypal,visa,mastercard,github,gitlab,atlassian,cloudflare,ovh,ovhcloud,hetzner,digitalocean,vercel,bbc,cnn,reuters,
le monde,walmart,ikea,nestlé,novartis,pfizer,sanofi,cnrs,inria,inserm,mozilla,red hat,jetbrains,adobe,tencent,alibaba,baidu`
    .split(',')
    .map((name) => name.trim()),
);

/** Software that runs as a service, in lower case. */
export const SERVICES =
  wordSet(`nginx redis postgres postgresql mysql mariadb mongodb sqlite kafka rabbitmq elasticsearch opensearch
  logstash kibana grafana prometheus alertmanager loki docker kubernetes haproxy traefik envoy istio consul vault nomad etcd zookeeper
  cassandra clickhouse memcached varnish apache tomcat gunicorn uvicorn celery sidekiq pgbouncer minio keycloak jenkins terraform ansible
  airflow spark hadoop nats mosquitto sentry datadog pagerduty systemd cron postfix bigquery snowflake dynamodb lambda s3 supabase
  firebase`);
