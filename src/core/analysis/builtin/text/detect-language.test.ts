import { describe, expect, it } from 'vitest';
import { detectLanguage } from './detect-language.ts';

describe('detecting the language', () => {
  it.each([
    ['en', 'The connection pool was exhausted because the retry policy is wrong.'],
    ['en', 'Good morning! How are you?'],
    ['en', 'connection refused'],
    ['fr', "Le pool de connexions était épuisé parce que la politique n'est pas la bonne."],
    ['fr', 'Bonjour ! Comment allez-vous ?'],
    ['fr', "L'hôtel est complet, mais il reste deux chambres."],
    ['other', 'Die Datenbank hat nicht mehr geantwortet und der Server ist neu gestartet.'],
    ['other', 'La base de datos no responde y el servidor está muy lento para los clientes.'],
    ['other', 'Il server non risponde e la coda dei messaggi è piena di richieste che nessuno legge.'],
    ['other', '数据库连接失败。'],
    ['other', ''],
    ['other', '12 34 !!'],
  ])('says %s of "%s"', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
