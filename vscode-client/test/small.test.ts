import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextPage, size } from '../src/context';
import { Tally } from '../src/counts';
import { Crashes, WINDOW_MS } from '../src/crashes';

test('findings are counted over files, and a healed file counts nothing', () => {
  const tally = new Tally();
  tally.set('a', ['error', 'warning', 'warning']);
  tally.set('b', ['error', 'hint']);
  assert.deepEqual(tally.total(), { error: 2, warning: 2, info: 0, hint: 1 });
  tally.set('a', []);
  assert.deepEqual(tally.total(), { error: 1, warning: 0, info: 0, hint: 1 });
});

test('the third end in a row is the last', () => {
  const crashes = new Crashes();
  assert.deepEqual([0, 1, 2].map((time) => crashes.restartAfter(time)), [true, true, false]);
});

test('ends that lie far apart are forgotten', () => {
  const crashes = new Crashes();
  const times = [0, 1, WINDOW_MS + 2, WINDOW_MS + 3];
  assert.ok(times.every((time) => crashes.restartAfter(time)));
});

const WORDS = {
  title: 'Sent', unknown: 'unknown', context: 'Context', ignoreFile: 'ignore file', noIgnoreFile: 'none',
  path: 'Path', files: 'Files', size: 'Size', share: 'Share', total: 'Total',
};

test('sizes are decimal', () => {
  assert.deepEqual([0, 999, 1000, 96_200, 123_456_789].map(size).map((text) => text.replace('\u00a0', ' ')), [
    '0 B', '999 B', '1.0 kB', '96.2 kB', '123 MB',
  ]);
});

test('a context is a table, and names cannot break it', () => {
  const entries = [
    { path: 'a|`b', files: 2, bytes: 750, entries: [{ path: 'a|`b/in', files: 1, bytes: 700, entries: [] }] },
    { path: 'c', files: 1, bytes: 250, entries: [] },
  ];
  const build = { compose: null, service: 'web', dockerfile: 'Dockerfile', context: '.', ignoreFile: null, files: 3, bytes: 1000, entries };
  const page = contextPage([build], WORDS);
  assert.ok(page.includes('### `web` · `Dockerfile`'));
  assert.ok(page.includes('| `a\\| b` | 2 | 750\u00a0B | 75\u00a0% |'));
  assert.ok(page.includes('| &emsp;`in` | 1 | 700\u00a0B | 70\u00a0% |'));
});

test('builds that send the same share a section', () => {
  const build = { compose: null, dockerfile: 'Dockerfile', context: '.', ignoreFile: null, files: 0, bytes: 0, entries: [] };
  const page = contextPage(['web', 'worker'].map((service) => ({ ...build, service })), WORDS);
  assert.equal(page.match(/^###.*$/gm)?.join(), '### `web`, `worker` · `Dockerfile`');
});

test('an unknown context is said to be unknown', () => {
  const build = { compose: null, service: null, dockerfile: 'Dockerfile', context: null, unknown: true };
  assert.ok(contextPage([build], WORDS).includes('unknown'));
});
