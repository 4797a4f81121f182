import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Candidate, type Interpreter, answerOf, candidates, choose, isBelow, probeIn } from '../src/python';

const wishes = { setting: '', pythonExtension: undefined, platform: 'linux', home: '/home/u' } as const;
const commands = (from: Candidate[]): string[] => from.map(({ command }) => command);
const python = (major: number, minor: number): Interpreter => ({ path: `/py${major}.${minor}`, version: [major, minor] });
const probeOf = (known: Record<string, Interpreter>) => (candidate: Candidate) =>
  Promise.resolve(known[candidate.command]);

test('a setting is the only candidate, and ~ is the home', () => {
  assert.deepEqual(commands(candidates({ ...wishes, setting: '~/py/bin/python' })), ['/home/u/py/bin/python']);
});

test('the Python extension comes before the PATH', () => {
  const [first, second] = commands(candidates({ ...wishes, pythonExtension: '/env/python' }));
  assert.deepEqual([first, second], ['/env/python', 'python3']);
});

test('on Windows the launcher is asked for Python 3', () => {
  const found = candidates({ ...wishes, platform: 'win32' });
  assert.deepEqual(found.find(({ command }) => command === 'py')?.args, ['-3']);
});

test('the first new enough Python is taken', async () => {
  const probe = probeOf({ python3: python(3, 9), 'python3.12': python(3, 12) });
  const found = await choose(candidates(wishes), probe);
  assert.deepEqual(found, { kind: 'ok', interpreter: python(3, 12) });
});

test('the old Python of a project does not stop the server', async () => {
  const probe = probeOf({ '/env/python': python(3, 8), python3: python(3, 10) });
  const found = await choose(candidates({ ...wishes, pythonExtension: '/env/python' }), probe);
  assert.deepEqual(found, { kind: 'ok', interpreter: python(3, 10) });
});

test('only old ones, none at all, and a wrong setting are told apart', async () => {
  assert.equal((await choose(candidates(wishes), probeOf({ python: python(2, 7) }))).kind, 'old');
  assert.equal((await choose(candidates(wishes), probeOf({}))).kind, 'none');
  const setting = candidates({ ...wishes, setting: '/nowhere' });
  assert.deepEqual(await choose(setting, probeOf({})), { kind: 'bad-setting', command: '/nowhere' });
});

test('an answer is read also after a banner, and nonsense is no answer', () => {
  const expected = { path: '/usr/bin/python3', version: [3, 11] };
  assert.deepEqual(answerOf('welcome\r\n3 11 /usr/bin/python3\r\n', 'python3'), expected);
  assert.deepEqual(answerOf('3 11 \n', 'python3'), { path: 'python3', version: [3, 11] });
  assert.equal(answerOf('Python was not found', 'python3'), undefined);
});

test('what is no Python is no answer', async () => {
  const probe = probeIn('/');
  assert.equal(await probe({ command: '/nowhere/python', args: [], from: 'path' }), undefined);
  assert.equal(await probe({ command: process.execPath, args: [], from: 'path' }), undefined);
});

test('a path below a folder is seen, its neighbours are not', () => {
  assert.ok(isBelow('/ws/.venv/bin/python', ['/other', '/ws']));
  assert.ok(!isBelow('/ws-two/python', ['/ws']));
  assert.ok(!isBelow('/usr/bin/python', ['/ws']));
});
