/** Which Python runs the server: found by asking each candidate what it is. */

import { execFile } from 'node:child_process';
import * as os from 'node:os';
import * as path from 'node:path';

/** The oldest Python that the server runs on. */
export const OLDEST: Version = [3, 10];

export type Version = readonly [major: number, minor: number];

/** A command that may start a Python, and where it was named. */
export interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
  readonly from: 'setting' | 'python-extension' | 'path';
}

/** A Python that answered. */
export interface Interpreter {
  readonly path: string;
  readonly version: Version;
}

export type Found =
  | { readonly kind: 'ok'; readonly interpreter: Interpreter }
  | { readonly kind: 'none' }
  | { readonly kind: 'old'; readonly interpreter: Interpreter }
  | { readonly kind: 'bad-setting'; readonly command: string };

export type Probe = (candidate: Candidate) => Promise<Interpreter | undefined>;

/** Also Python 2 can answer this. Its path saves the way through a launcher at the next start. */
const QUESTION = 'import sys;print("%d %d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))';

const PROBE_TIMEOUT_MS = 10_000;

export interface Wishes {
  /** `shipworthy.interpreter`, empty when it is not set. */
  readonly setting: string;
  /** What the Python extension would use; undefined without that extension. */
  readonly pythonExtension: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly home?: string;
}

/** The commands to try, best first. A setting is the only one: it is what the user wants. */
export function candidates(wishes: Wishes): Candidate[] {
  if (wishes.setting !== '') {
    const command = withHome(wishes.setting, wishes.home ?? os.homedir());
    return [{ command, args: [], from: 'setting' }];
  }
  const found: Candidate[] = [];
  if (wishes.pythonExtension !== undefined) {
    found.push({ command: wishes.pythonExtension, args: [], from: 'python-extension' });
  }
  found.push({ command: 'python3', args: [], from: 'path' });
  if (wishes.platform === 'win32') found.push({ command: 'py', args: ['-3'], from: 'path' });
  found.push({ command: 'python', args: [], from: 'path' });
  // Where `python3` is the old one of the system, a newer one often stands beside it.
  for (const minor of [14, 13, 12, 11, 10]) {
    found.push({ command: `python3.${minor}`, args: [], from: 'path' });
  }
  return found;
}

function withHome(command: string, home: string): string {
  return command === '~' || /^~[/\\]/.test(command) ? path.join(home, command.slice(1)) : command;
}

/** The first candidate that is new enough, else why there is none. */
export async function choose(from: readonly Candidate[], probe: Probe): Promise<Found> {
  let old: Interpreter | undefined;
  for (const candidate of from) {
    const answer = await probe(candidate);
    if (answer === undefined) {
      if (candidate.from === 'setting') return { kind: 'bad-setting', command: candidate.command };
      continue;
    }
    if (isNewEnough(answer.version)) return { kind: 'ok', interpreter: answer };
    old ??= answer;
  }
  return old === undefined ? { kind: 'none' } : { kind: 'old', interpreter: old };
}

export function isNewEnough([major, minor]: Version): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * Ask a candidate for its version and its path; undefined when it is no working Python.
 * `cwd` must not be a folder of the workspace: Windows looks there for programs first.
 */
export function probeIn(cwd: string): Probe {
  return (candidate) =>
    new Promise((resolve) => {
      const args = [...candidate.args, '-I', '-S', '-c', QUESTION];
      const options = { cwd, timeout: PROBE_TIMEOUT_MS, windowsHide: true };
      execFile(candidate.command, args, options, (error, stdout) => {
        resolve(error === null ? answerOf(stdout, candidate.command) : undefined);
      });
    });
}

/** The answer to the question, undefined when it is none. */
export function answerOf(stdout: string, command: string): Interpreter | undefined {
  const match = /^(\d+) (\d+)(?: (.*))?$/m.exec(stdout.replace(/\r/g, '').trim());
  if (match === null) return undefined;
  const version: Version = [Number(match[1]), Number(match[2])];
  return { path: match[3] || command, version };
}

/** Whether a path lies in one of the folders. */
export function isBelow(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const relative = path.relative(folder, file);
    return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  });
}
