import type { LanguageWords } from './language-words.ts';
import { wordSet } from './word-set.ts';

const DETERMINERS = `le la les l un une des du au aux ce cet cette ces mon ton son ma ta sa mes tes ses notre votre leur nos vos leurs
  quel quelle quels quelles chaque tout toute tous toutes quelque quelques plusieurs certains certaines aucun aucune même mêmes
  autre autres tel telle tels telles divers diverses différents différentes deux trois quatre cinq six sept huit neuf dix onze
  douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille`;

const PRONOUNS = `je j tu il elle on nous vous ils elles me m te t se s moi toi lui eux en y celui celle ceux celles ceci cela ça
  c qui rien personne quelqu quelqu'un chacun chacune dont laquelle lequel lesquels lesquelles duquel auquel soi`;

const AUXILIARIES = `suis es est sommes êtes sont étais était étions étiez étaient fus fut furent serai sera serons serez seront serais
  serait seraient sois soit soyons soyez soient été étant être ai as a avons avez ont avais avait avions aviez avaient eu eus eut
  eurent aurai aura aurons aurez auront aurais aurait auraient aie ait aient ayant avoir fais fait faisons faites font faisait
  faisaient fera feront ferait faire peux peut pouvons pouvez peuvent pouvait pouvaient pourra pourront pourrait pourraient pouvoir
  dois doit devons devez doivent devait devaient devra devront devrait devraient devoir veux veut voulons voulez veulent voulait
  voudrais voudrait vouloir faut fallait faudra faudrait vais va allons allez vont allait allaient ira iront irait aller`;

const CLOSED = `de d à dans sur sous par pour avec sans entre vers chez depuis pendant durant avant après contre selon malgré sauf
  jusque jusqu hors dès lors parmi afin et ou où mais donc or ni car si que qu quoi quand comme comment pourquoi combien parce puisque
  lorsque lorsqu tandis alors ne n pas plus moins très trop peu beaucoup assez aussi encore déjà toujours jamais souvent parfois bien
  mal mieux ici là là-bas ainsi puis ensuite enfin cependant pourtant toutefois néanmoins maintenant aujourd aujourd'hui hier
  demain bientôt tard tôt surtout seulement notamment environ presque plutôt tant autant ailleurs dehors dedans oui non ok bonjour
  bonsoir salut merci revoir hélas voici voilà via ci etc c.-à-d cf donc aussitôt dessus dessous devant derrière loin près autour
  travers grâce lieu fois afin outre dont tellement peut-être vraiment s'il`;

const VERBS = `lisent prédit prédisent menace menacent suit suivent suivre plaide plaident progresse progressent indique indiquent simule
  simulons signale signalent signalées signalés porté vérifie produit produisent menée menées menés mesurée mesuré concerne concernent concernés
  facturées facturé remboursé rembourser redistribué réserve active activer conteste souffre souffrent craint craignent mené
  offre offrent perd perdent gagne gagnent subit subissent touche touchent frappe compte comptent dure durent
  apparaît apparaissent disparaît grandit coûte coûtent vise visent suggère suggèrent confirme confirment révèle révèlent
  propose proposons présente présentons décrit décrivons décrire étudie étudions étudier montre montrent montrer montrons
  montré permet permettent permettre utilise utilisent utiliser utilisons utilisant donne donnent donner donné obtient obtenons
  obtenir obtenu obtenus trouve trouvent trouver trouvé prend prennent prendre pris met mettent mettre mis voit voient voir vu vue
  dit disent dire sait savent savoir su vient viennent venir venu vienne tient tiennent tenir tenu devient deviennent devenir devenu
  reste restent rester resté semble semblent sembler passe passent passer passé demande demandent demander demandé appelle
  appeler appelé pense pensent penser pensé crois croit croire cru cherche cherchent chercher aime aiment aimer attend
  attendent attendre attendu envoie envoyer envoyé reçoit recevoir reçu répond répondent répondre répondu écrit écrire
  lit lire lu vend vendre vendu achète acheter acheté paie payer payé part partir parti sort sortir sorti arrive arrivent arriver
  arrivé revient revenir revenu comprend comprendre compris contient contiennent contenir existe existent exister repose
  reposent reposer consiste consistent consister réduit réduire réduisent améliore améliorer augmente augmentent augmenter augmenté
  diminue diminuer évite éviter assure assurer garantit garantir compare comparer comparons analyse analysons évalue évaluer
  évaluons mesure mesurer calcule calculer définit définir développe développer développé appliquer applique appliquons basé basée
  basés basées fondé fondée fondés fondées lié liée liés liées dû due démarre démarrer démarré redémarre redémarrer redémarré
  échoue échouent échouer échoué tombe tombent tomber tombé corrige corriger corrigé déploie déployer déployé vérifie vérifier
  vérifié ajoute ajouter ajouté supprime supprimer supprimé modifie modifier modifié crée créer créé lance lancer lancé
  arrête arrêter arrêté remplace remplacer remplacé bloque bloquer bloqué ouvre ouvrir ouvert ferme fermer commence commencer
  commencé finit finir fini continue continuer parle parler parlé souhaite souhaiter préfère préférer espère espérer prévoit prévoir
  prévu réserver réservé aide aider aidé voyage voyager visiter visité manger mangé dormir rester vivre vit voudrions devrions
  peuvent renvoie renvoyer renvoyé provoque provoquer provoqué cause causer entraîne entraîner dépasse dépasser dépassé
  identifier identifié détecter détecté constate constater constaté relance relancer relancé rappelle rappeler
  faisant ayant étant permettant utilisée utilisées utilisés proposée proposé proposés appelée`;

const WEAK_ADJECTIVES = `nouveau nouvelle nouveaux nouvelles nouvel grand grande grands grandes petit petite petits petites bon bonne bons
  bonnes meilleur meilleure meilleurs mauvais mauvaise important importante importants importantes différent différente différents
  différentes premier première premiers premières dernier dernière derniers dernières second seconde prochain prochaine seul seule
  seuls seules possible possibles nécessaire nécessaires vrai vraie faux récent récente récents récentes actuel actuelle
  actuels actuelles certain certaine principal principale principaux général générale plein pleine long longue court courte
  haut haute bas basse fort forte faible faibles jeune vieux vieille beau belle simple simples suivant suivante suivants
  suivantes ancien ancienne anciens efficace efficaces désolé désolée content contente sûr sûre prêt prête proposé proposée
  utilisé disponible intéressant intéressante`;

const WEAK_NOUNS = `article travail travaux étude études résultat résultats approche approches méthode méthodes problème problèmes cas
  façon manière nombre exemple exemples auteur auteurs ensemble chose choses temps année années an ans jour jours semaine semaines
  mois heure heures minute minutes moment point points partie parties type types forme formes sorte ordre utilisation rôle fait
  faits question questions réponse réponses effet effets valeur valeurs niveau niveaux domaine domaines base but objectif objectifs
  idée idées besoin besoins solution solutions expérience application applications développement mise œuvre oeuvre possibilité
  présence absence quantité terme termes fin début état condition conditions situation raison raisons cause processus étape
  étapes facteur facteurs différence différences aide information informations analyse modèle modèles système systèmes données
  gens personne personnes homme femme endroit lieu fois main cours côté suite compte place part monsieur madame accord plupart
  intérêt contexte matin soir nuit après-midi mot mots liste peu lendemain veille lundi mardi mercredi jeudi vendredi samedi dimanche
  janvier février mars avril juin juillet août septembre octobre novembre décembre midi minuit vie monde argent titre merci
  maison nom noms`;

const FILLERS = `bonjour bonsoir salut merci beaucoup de rien oui non ok d'accord d accord bien sûr au revoir à bientôt ah oh eh ben euh
  voilà s'il vous te plaît s il très ça va et vous toi je suis c'est c est parfait super génial désolé désolée pardon excusez
  moi la le les ce que pas avec plaisir bonne journée soirée tout de suite exactement vraiment`;

/** French, by hand. */
export const FRENCH: LanguageWords = {
  closed: wordSet(CLOSED),
  determiners: wordSet(DETERMINERS),
  pronouns: wordSet(PRONOUNS),
  auxiliaries: wordSet(AUXILIARIES),
  verbs: wordSet(VERBS),
  verbsOrNouns: new Set(),
  weakAdjectives: wordSet(WEAK_ADJECTIVES),
  measures: wordSet(
    `haut haute hauts hautes bas basse long longue court courte faible faibles petit grand grande simple`,
  ),
  weakNouns: wordSet(WEAK_NOUNS),
  fillers: wordSet(FILLERS),
  joiners: wordSet(`de d à en`),
};
