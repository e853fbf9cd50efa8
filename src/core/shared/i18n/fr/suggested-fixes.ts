import type { suggestedFixes as English } from '../en/suggested-fixes.ts';

export const suggestedFixes: typeof English = {
  at: (place, endpoint) => {
    if (place && endpoint) return `${place} (${endpoint}) : `;
    if (place || endpoint) return `${place ?? endpoint} : `;
    return '';
  },
  fixes: {
    missingKey:
      'Une clé absente du dictionnaire est lue. Décider ce que signifie son absence : valider l’entrée à son arrivée, lire avec une valeur par défaut, ou répondre qu’elle n’existe pas.',
    missingIndex:
      'Une position au-delà de la fin est lue. Vérifier d’abord la longueur, et décider ce que signifie une liste vide ou plus courte.',
    attributeOfNone:
      'Un attribut de None est utilisé : un appel précédent n’a rien renvoyé. Trouver lequel, traiter ce cas à cet endroit, et le tester.',
    missingAttribute:
      'L’objet n’a pas cet attribut. Vérifier le nom, le type qui arrive réellement, et si une bibliothèque a changé entre deux versions.',
    operationOnNone:
      'None est utilisé là où une valeur est nécessaire. Remonter jusqu’à l’appel qui n’a rien renvoyé, et traiter ce cas là-bas.',
    wrongArgumentType:
      'Une valeur d’un autre type que prévu est utilisée. La convertir ou la valider à son arrivée, et vérifier la signature de ce qui est appelé.',
    badValue:
      'Une valeur a le bon type mais n’est pas acceptable. La valider à son arrivée, et répondre à une mauvaise requête comme telle au lieu d’échouer.',
    divisionByZero: 'Un diviseur vaut zéro. Décider ce que vaut le résultat pour un ensemble vide, et tester ce cas.',
    undefinedName:
      'Un nom est utilisé avant d’être défini, ou sans l’être. Le définir sur tous les chemins, et le faire vérifier par un linter.',
    missingModule:
      'Un module manque dans l’image en service. L’ajouter aux dépendances et au fichier de verrouillage, et vérifier que la construction le copie et que le nom est juste.',
    invalidJson:
      'Un texte qui n’est pas du JSON est analysé. Vérifier d’abord le statut et le type de contenu de la réponse, et traiter un corps vide ou HTML.',
    wrongEncoding:
      'Des octets sont décodés avec le mauvais encodage. Utiliser celui que la source déclare, ou lire des octets ; ne pas perdre de caractères en silence.',
    endlessRecursion:
      'Les appels s’imbriquent sans fin. Vérifier la condition d’arrêt et les cycles dans les données ; utiliser une boucle pour les structures profondes.',
    missingFile:
      'Un fichier n’existe pas à l’exécution. Vérifier le chemin, que l’image contient le fichier, et que le dossier est accessible en écriture s’il est créé à l’exécution.',
    noPermission:
      'Le processus n’a pas ce droit. Vérifier l’utilisateur qui l’exécute, les droits du fichier ou le rôle du compte ; n’accorder que le nécessaire.',
    timeout:
      'L’autre côté n’a pas répondu à temps. Fixer une limite de temps à chaque appel, ne réessayer que ce qui peut être répété, et chercher la cause de la lenteur.',
    connectionRefused:
      'Personne n’écoute à l’autre bout. Vérifier que le service tourne, son hôte et son port dans la configuration, et que le réseau laisse passer.',
    connectionLost:
      'La connexion a été coupée en cours de route. Renouveler les connexions du pool avant leur expiration, et ne réessayer que ce qui peut être répété.',
    nameNotResolved:
      'Le nom d’hôte ne peut pas être résolu. Vérifier son orthographe dans la configuration, et le service de noms du réseau.',
    addressInUse:
      'Le port est déjà pris. S’assurer qu’un seul processus y écoute, et que l’ancien est terminé avant que le nouveau démarre.',
    tooManyFiles:
      'Trop de fichiers ou de sockets sont ouverts. Les fermer sur tous les chemins, utiliser un pool, et seulement ensuite relever la limite.',
    constraintViolated:
      'La base de données a refusé une ligne qui viole une contrainte. Vérifier avant d’écrire ou utiliser un upsert, et répondre à un conflit comme tel.',
    databaseUnavailable:
      'La base de données n’a pas pu travailler : connexion, verrou ou table absente. Vérifier qu’elle est joignable, que les migrations sont passées, et combien de temps les transactions gardent leurs verrous.',
    transactionDeadlock:
      'Deux transactions s’attendent l’une l’autre. Prendre les verrous partout dans le même ordre, garder des transactions courtes, et répéter celle qui a été sacrifiée.',
    undefinedProperty:
      'Une propriété de undefined ou de null est lue. Trouver quelle valeur manque (une réponse, une option, un await oublié), et traiter ce cas là-bas.',
    notAFunction:
      'Ce qui est appelé n’est pas une fonction. Vérifier l’import (par défaut ou nommé), l’orthographe, et le type qui arrive réellement.',
    nullReference:
      'Une référence est nulle là où un objet est nécessaire. Trouver où elle aurait dû être définie, traiter son absence là-bas, et dire dans le type qu’elle peut manquer.',
    wrongCast:
      'Un objet est converti vers un type qu’il n’a pas. Vérifier ce qui arrive réellement et pourquoi, et tester le type avant la conversion.',
    missingClass:
      'Une classe ou une méthode d’une bibliothèque manque à l’exécution. Chercher deux versions de celle-ci parmi les dépendances, et les aligner.',
    concurrentModification:
      'Une collection est modifiée pendant son parcours. Rassembler les changements et les appliquer après, ou utiliser une collection prévue pour cela.',
    badState:
      'L’objet n’est pas dans l’état que cet appel demande. Vérifier l’ordre des appels, et s’il a été fermé ou jamais ouvert.',
    outOfMemory:
      'La mémoire est épuisée. Prendre un profil du tas, borner caches et listes, lire les grandes données par morceaux ; ne relever la limite que si le besoin est réel.',
    nilPointer:
      'Un pointeur nil est utilisé. Vérifier l’erreur de l’appel qui l’a fourni avant d’utiliser la valeur, et initialiser maps et structures.',
    deadlock:
      'Toutes les goroutines attendent. Vérifier qui doit envoyer, recevoir ou déverrouiller : un canal que personne ne ferme, un verrou pris deux fois, un Done oublié.',
    unsafeMap:
      'Une map est utilisée par plusieurs goroutines à la fois. La protéger par un mutex, ou la confier à une seule goroutine.',
    closedChannel:
      'On envoie sur un canal fermé, ou on le ferme à nouveau. Seul son émetteur doit le fermer, une fois, après le dernier message.',
    failedAssertion:
      'Une condition qui devrait toujours être vraie ne l’est pas. Trouver quelle hypothèse est fausse ; utiliser une vraie validation pour les entrées.',
    fixedSizeExceeded:
      'Un nombre ou une longueur sort de ce qui est permis. Vérifier comment il est calculé, et le limiter à son arrivée.',
  },
};
