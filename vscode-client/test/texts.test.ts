import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const json = (file: string): Record<string, string> => JSON.parse(readFileSync(file, 'utf8'));
const fields = (text: string): string[] => (text.match(/\{\d+\}/g) ?? []).sort();

test('every text of the manifest exists in both languages, and no other', () => {
  const used = new Set(readFileSync('package.json', 'utf8').match(/(?<="%)[\w.]+(?=%")/g));
  for (const file of ['package.nls.json', 'package.nls.ja.json']) {
    assert.deepEqual(Object.keys(json(file)).sort(), [...used].sort(), file);
  }
});

test('every message of the client has a Japanese one with the same fields', () => {
  const japanese = json('l10n/bundle.l10n.ja.json');
  const source = readdirSync('src').map((name) => readFileSync(`src/${name}`, 'utf8')).join('\n');
  const messages = [...source.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)].map((match) => match[1] ?? '');
  assert.ok(messages.length > 20);
  assert.deepEqual(Object.keys(japanese).sort(), [...new Set(messages)].sort());
  for (const [english, text] of Object.entries(japanese)) assert.deepEqual(fields(text), fields(english), english);
});

test('the lock file names no registry', () => {
  assert.ok(!readFileSync('package-lock.json', 'utf8').includes('"resolved"'));
});
