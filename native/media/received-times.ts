/** When the pictures of a stream were received, of all owners: times are kept where pictures may not be, so that a snapshot's time can be checked. */

/** Longer than it takes to say why a picture is wanted, in ms. */
const keptMs = 5 * 60_000

export class ReceivedTimes {
  readonly #times: number[] = []

  /** `at`: ms since 1970, not before the one before. */
  add(at: number): void {
    this.#times.push(at)
    const oldest = this.#times[0] ?? at
    // In larger pieces than one: the array moves up each time.
    if (oldest < at - 2 * keptMs)
      this.#times.splice(
        0,
        this.#times.findIndex((time) => time >= at - keptMs),
      )
  }

  between(from: number, to: number): number[] {
    return this.#times.filter((time) => time >= from && time <= to)
  }
}
