/** When a server that ended by itself is started again. */

/** So many ends within the window, and the client gives up and says so once. */
export const LIMIT = 3;
export const WINDOW_MS = 3 * 60_000;

export class Crashes {
  #times: number[] = [];

  /** Record an end at this time (ms); whether to start again. */
  restartAfter(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < WINDOW_MS), now];
    return this.#times.length < LIMIT;
  }

  forget(): void {
    this.#times = [];
  }
}
