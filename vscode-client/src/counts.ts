/** How many findings of which severity there are, kept up to date file by file. */

export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Counts = Readonly<Record<Severity, number>>;

export const NONE: Counts = { error: 0, warning: 0, info: 0, hint: 0 };

export class Tally {
  readonly #files = new Map<string, Counts>();

  /** Replace what one file contributes. */
  set(file: string, severities: readonly Severity[]): void {
    if (severities.length === 0) {
      this.#files.delete(file);
      return;
    }
    const counts = { ...NONE };
    for (const severity of severities) counts[severity] += 1;
    this.#files.set(file, counts);
  }

  total(): Counts {
    const total = { ...NONE };
    for (const counts of this.#files.values()) {
      for (const severity of SEVERITIES) total[severity] += counts[severity];
    }
    return total;
  }
}
