/** Counts the sessions that are open to each owner's network, and lets those over the owner's limit wait for their turn. */

/** Gives a session back. Idempotent. */
export type Release = () => void

interface Account {
  most: number | null
  open: number
  /** First come, first served. */
  waiting: ((release: Release) => void)[]
}

export class SessionBudget {
  readonly #accounts = new Map<string, Account>()

  /** From now on the owner's network carries so many sessions; null: any number. Running ones are not ended. */
  limit(owner: string, most: number | null): void {
    const account = this.#accountOf(owner)
    account.most = most
    this.#serve(account)
  }

  /** A session at once, or null when none is free; while others wait, none is. */
  take(owner: string): Release | null {
    const account = this.#accountOf(owner)
    return isFree(account) ? this.#open(account) : null
  }

  /** A session as soon as one is free. Rejects with the signal's reason. */
  async wait(owner: string, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted()
    const account = this.#accountOf(owner)
    const { promise, resolve, reject } = Promise.withResolvers<Release>()
    const leave = () => {
      account.waiting = account.waiting.filter((one) => one !== resolve)
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    account.waiting.push(resolve)
    this.#serve(account)
    const release = await promise
    signal.removeEventListener('abort', leave)
    if (!signal.aborted) return release
    release()
    throw signal.reason
  }

  #accountOf(owner: string): Account {
    const account = this.#accounts.get(owner) ?? { most: null, open: 0, waiting: [] }
    this.#accounts.set(owner, account)
    return account
  }

  #open(account: Account): Release {
    account.open += 1
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      account.open -= 1
      this.#serve(account)
    }
  }

  #serve(account: Account): void {
    while (isFree(account)) {
      const next = account.waiting.shift()
      if (!next) return
      next(this.#open(account))
    }
  }
}

const isFree = ({ most, open }: Account) => most === null || open < most
