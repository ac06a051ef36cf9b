import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Form, readBytes, readContents } from '../../../../plugins/anonymize/src/scan/contents.ts';

const textsOf = (form: Form, raw: string): string[] => {
  const texts: string[] = [];
  readContents(form, raw, (text) => void texts.push(text));
  return texts;
};
const ofBytes = (bytes: Buffer): { text: string; place: string }[] => {
  const texts: { text: string; place: string }[] = [];
  readBytes(bytes, (text, place) => void texts.push({ text, place }));
  return texts;
};
const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('texts of a value', () => {
  test('are a text itself', () => {
    expect(textsOf('text', 'Jean Dupont')).toEqual(['Jean Dupont']);
  });

  test('are leaves and keys of JSON at any depth', () => {
    const json = JSON.stringify({ a: [{ b: { c: 'Jean' } }, 12], d: null, e: true });
    expect(textsOf('json', json)).toEqual(['a', 'b', 'c', 'Jean', '12', 'd', 'e']);
  });

  test('are those of JSON that stands in a text, or in JSON', () => {
    expect(textsOf('text', JSON.stringify({ a: JSON.stringify(['Jean']) }))).toEqual(['a', 'Jean']);
  });

  test('are what is no JSON after all', () => {
    expect(textsOf('text', '{Jean}')).toEqual(['{Jean}']);
    expect(textsOf('json', '{Jean')).toEqual(['{Jean']);
  });

  test.each([
    ['base64', base64('Titulaire Jean Dupont')],
    ['base64 within a text', `data:text/plain;base64,${base64('Titulaire Jean Dupont')}`],
    ['hexadecimal digits', Buffer.from('Titulaire Jean Dupont').toString('hex')],
    ['bytea in a text', hex(Buffer.from('Titulaire Jean Dupont'))],
    ['packed and base64', gzipSync('Titulaire Jean Dupont').toString('base64')],
  ])('are what %s stands for', (_, text) => {
    expect(textsOf('text', text).slice(1).join('')).toContain('Titulaire Jean Dupont');
  });

  test.each(['d41d8cd98f00b204e9800998ecf8427e', 'k8f14e45fceea167a5a36dedd', 'Nadoevyltarse Bilomentavyr'])(
    'are no more for %s, which stands for nothing',
    (text) => {
      expect(textsOf('text', text)).toEqual([text]);
    },
  );

  test('end somewhere, however deep JSON is', () => {
    let text = 'Jean';
    for (let depth = 0; depth < 12; depth += 1) text = JSON.stringify([text]);
    expect(textsOf('text', text).length).toBeGreaterThan(0);
  });
});

describe('texts of bytes', () => {
  test.each([
    ['UTF-8', Buffer.from('né Lefèvre')],
    ['ISO 8859-1', Buffer.from('né Lefèvre', 'latin1')],
    ['UTF-16', Buffer.from('né Lefèvre', 'utf16le')],
    ['gzip', gzipSync('né Lefèvre')],
    ['zlib', deflateSync('né Lefèvre')],
    ['gzip in gzip', gzipSync(gzipSync('né Lefèvre'))],
  ])('are read as %s', (_, bytes) => {
    expect(ofBytes(bytes)).toEqual([{ text: 'né Lefèvre', place: 'value' }]);
  });

  test('of a picture are runs of letters, and said to be noise', () => {
    const picture = Buffer.concat([Buffer.alloc(200, 1), Buffer.from('Jean Dupont'), Buffer.from([0, 255, 0, 129, 3])]);
    expect(ofBytes(picture)).toEqual([{ text: 'Jean Dupont', place: 'noise' }]);
  });

  test('that only look packed are read all the same', () => {
    const bytes = Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), Buffer.alloc(100, 2), Buffer.from('Jean Dupont')]);
    expect(ofBytes(bytes).map(({ text }) => text)).toContain('Jean Dupont');
  });

  test('are none of nothing', () => {
    expect(ofBytes(Buffer.alloc(0))).toEqual([{ text: '', place: 'value' }]);
  });
});
