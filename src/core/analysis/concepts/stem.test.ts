import { describe, expect, it } from 'vitest';
import { stemEnglish } from './stem-english.ts';
import { stemFrench } from './stem-french.ts';

describe('stems of English words', () => {
  // The examples of Porter's paper, step by step.
  it.each(
    `caresses:caress ponies:poni ties:ti caress:caress cats:cat feed:feed agreed:agre plastered:plaster bled:bled motoring:motor
    sing:sing conflated:conflat troubled:troubl sized:size hopping:hop tanned:tan falling:fall hissing:hiss fizzed:fizz failing:fail
    filing:file happy:happi sky:sky relational:relat conditional:condit rational:ration valenci:valenc digitizer:digit
    conformabli:conform radicalli:radic differentli:differ vileli:vile analogousli:analog vietnamization:vietnam predication:predic
    operator:oper feudalism:feudal decisiveness:decis hopefulness:hope callousness:callous formaliti:formal sensitiviti:sensit
    sensibiliti:sensibl triplicate:triplic formative:form formalize:formal electriciti:electr electrical:electr hopeful:hope
    goodness:good revival:reviv allowance:allow inference:infer airliner:airlin gyroscopic:gyroscop adjustable:adjust
    defensible:defens irritant:irrit replacement:replac adjustment:adjust dependent:depend adoption:adopt homologou:homolog
    communism:commun activate:activ angulariti:angular homologous:homolog effective:effect bowdlerize:bowdler probate:probat rate:rate
    cease:ceas controll:control roll:roll networks:network systems:system scheduling:schedul databases:databas`
      .split(/\s+/)
      .map((pair) => pair.split(':')),
  )('%s has the stem %s', (word, stem) => {
    expect(stemEnglish(word!)).toBe(stem);
  });

  it('leaves alone what is no English word, and reads long runs of one letter at once', () => {
    expect(stemEnglish('é1')).toBe('é1');
    expect(stemEnglish('is')).toBe('is');
    expect(stemEnglish('y'.repeat(40))).toHaveLength(40);
    expect(stemEnglish('x'.repeat(100_000))).toHaveLength(100_000);
  });
});

describe('stems of French words', () => {
  it.each([
    ['migrer migration migrations migré migrée'],
    ['base bases'],
    ['donnée données'],
    ['déploiement déployer déployé'],
    ['réseau réseaux'],
    ['cheval chevaux'],
    ['national nationale nationaux nationales'],
    ['utilisateur utilisatrice utilisateurs utilisation utiliser'],
    ['disponible disponibilité'],
    ['actif active activité'],
    ['authentification authentifier'],
    ['performance performances performant'],
    ['facture factures facturer facturation'],
    ['paiement paiements payer'],
  ])('are the same for %s', (family) => {
    expect(new Set(family.split(' ').map(stemFrench)).size).toBe(1);
  });

  it.each([
    ['serveur', 'service'],
    ['table', 'tableau'],
    ['port', 'porte-monnaie'],
    ['requête', 'réquisition'],
    ['message', 'mesure'],
  ])('differ for %s and %s', (one, other) => {
    expect(stemFrench(one)).not.toBe(stemFrench(other));
  });
});
