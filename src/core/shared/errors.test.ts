import { describe, expect, it } from 'vitest';
import { GuardianError, messagesFor, type Saying, sayingsOf } from './index.ts';

describe('an error of the catalogue', () => {
  const error = new GuardianError('not_found', {
    reason: (m) => m.deploying.cli.noTarget,
    remedy: (m) => m.deploying.cli.noTargetRemedy,
  });

  it('is said in the language of whoever reads it, also what it is about', () => {
    expect(error.explain(messagesFor('en')).message).toBe('Not found: no deployment target is configured.');
    expect(error.explain(messagesFor('fr'))).toEqual({
      message: 'Introuvable : aucune cible de déploiement n’est configurée.',
      remedy: messagesFor('fr').deploying.cli.noTargetRemedy,
    });
  });

  it('stands in English in logs and rows', () => {
    expect(error.message).toBe('not_found: no deployment target is configured');
    expect(error.about).toEqual({
      reason: 'no deployment target is configured',
      remedy: messagesFor('en').deploying.cli.noTargetRemedy,
    });
  });

  it('says the name of another program’s words as they are, and a system’s code as a sentence', () => {
    const gone = new GuardianError('source_unreadable', { path: 'app.log', reason: 'ENOENT' });
    expect(gone.explain(messagesFor('fr')).message).toBe(
      'Lecture impossible de app.log : il n’y a pas de tel fichier ni dossier.',
    );
  });

  it('is kept as a sentence beside its text, where it has to be said later or elsewhere', () => {
    const say = sayingsOf(messagesFor('en').targets, 'targets');
    const late = new GuardianError('target_refused', { path: 'shop', reason: say.times(say.noRevision('shop-7'), 3) });
    expect(late.about.reason).toBe('there is no revision shop-7, 3 times');
    const kept = new GuardianError('target_refused', {
      path: 'shop',
      reason: JSON.parse(JSON.stringify(late.said)) as Saying,
    });
    expect(kept.explain(messagesFor('fr')).message).toBe(
      'La cible de déploiement shop a refusé : il n’y a pas de révision shop-7, 3 fois.',
    );
    expect(new GuardianError('target_refused', { reason: '503' }).said).toBeNull();
  });
});
