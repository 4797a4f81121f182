// Unit tests, on what needs no VS Code.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as esbuild from 'esbuild';

const entryPoints = readdirSync('test').filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);
await esbuild.build({ entryPoints, outdir: 'dist/test', bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
const built = entryPoints.map((name) => `dist/${name.replace(/\.ts$/, '.js')}`);
const { status } = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' });
process.exit(status ?? 1);
