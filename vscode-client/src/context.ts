/** What the builds of a file send, as markdown. */

/** One build, as the server's `shipworthy.showContext` tells it. */
export interface SentContext {
  readonly compose: string | null;
  readonly service: string | null;
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly unknown?: boolean;
  readonly ignoreFile?: string | null;
  readonly files?: number;
  readonly bytes?: number;
  readonly entries?: readonly { readonly path: string; readonly files: number; readonly bytes: number }[];
}

export interface Words {
  readonly title: string;
  readonly unknown: string;
  readonly context: string;
  readonly ignoreFile: string;
  readonly noIgnoreFile: string;
  readonly path: string;
  readonly files: string;
  readonly size: string;
  readonly share: string;
  readonly total: string;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people: decimal units, as the server prints them. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u00a0${UNITS[unit]}`;
}

export function contextPage(builds: readonly SentContext[], words: Words): string {
  return [`## ${words.title}`, ...builds.map((build) => section(build, words))].join('\n\n') + '\n';
}

function section(build: SentContext, words: Words): string {
  const names = [build.service, build.dockerfile].filter((name) => name !== null);
  const head = `### ${names.map(code).join(' · ')}`;
  if (build.unknown) return `${head}\n\n${words.unknown}`;
  const ignore = build.ignoreFile
    ? `${words.ignoreFile} ${code(build.ignoreFile)}`
    : words.noIgnoreFile;
  const total = build.bytes ?? 0;
  const rows = (build.entries ?? []).map(
    (entry) =>
      `| ${code(entry.path)} | ${entry.files} | ${size(entry.bytes)} | ${share(entry.bytes, total)} |`,
  );
  return [
    head,
    `${words.context} ${code(build.context ?? '')} · ${ignore}`,
    [
      `| ${words.path} | ${words.files} | ${words.size} | ${words.share} |`,
      '| :-- | --: | --: | --: |',
      ...rows,
      `| **${words.total}** | **${build.files ?? 0}** | **${size(total)}** | |`,
    ].join('\n'),
  ].join('\n\n');
}

function share(bytes: number, total: number): string {
  return `${total === 0 ? 0 : Math.round((bytes / total) * 100)}\u00a0%`;
}

/** A name as inline code that cannot end early, nor end a table cell. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, ' ').replace(/\|/g, '\\|')}\``;
}
