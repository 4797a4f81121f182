// node main.mjs --tools DIR --vsix FILE --shots DIR [--only host|ui|views|faults|japanese] [--code new|old]
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Code, browser, installed } from './code.mjs';
import { faultTests } from './faults.mjs';
import { hostTests } from './host.mjs';
import { japaneseTests } from './japanese.mjs';
import { uiTests } from './ui.mjs';
import { viewTests } from './views.mjs';

const options = { tools: {}, vsix: {}, shots: {}, only: {}, code: {}, table: {} };
const { values } = parseArgs({
  options: Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' }])),
});
mkdirSync(values.shots, { recursive: true });

const parts = { host: hostTests, ui: uiTests, views: viewTests, faults: faultTests, japanese: japaneseTests };
const chromium = await browser(values.tools);
const rows = [];
let failed = false;
const versions = installed(values.tools).filter(({ name }) => !values.code || name === `vscode-${values.code}`);
for (const version of versions) {
  for (const [name, run] of Object.entries(parts)) {
    if (values.only && values.only !== name) continue;
    const began = Date.now();
    let result;
    let code;
    try {
      code = await Code.start(version, values.vsix, { suites: name === 'host' });
      result = await run(chromium, code, { shots: values.shots, version, vsix: values.vsix });
    } catch (error) {
      result = { passed: false, lines: [`FAILED ${name}: ${error.stack}`] };
    } finally {
      code?.stop();
    }
    for (const line of result.lines) console.log(`  ${line}`);
    failed ||= !result.passed;
    const checks = result.lines.filter((line) => line.startsWith('ok ')).length;
    rows.push([`VS Code ${version.version} ${name}`, checks, (Date.now() - began) / 1000, result.passed]);
  }
}
await chromium.close();
const table = rows.map(([name, checks, seconds, passed]) => `${passed ? 'ok' : 'FAILED'}\t${name}\t${checks}\t${seconds.toFixed(0)}\n`);
if (values.table) writeFileSync(values.table, table.join(''), { flag: 'a' });
process.stdout.write(table.join(''));
process.exit(failed || rows.length === 0 ? 1 : 0);
