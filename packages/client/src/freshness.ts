import type { PlimsollError, Portfolio } from '@plimsoll/model'
import { asOfMs } from '@plimsoll/model'
import type { Clock } from './clock.js'
import { StaleError } from './errors.js'
import type { Block } from './source.js'

/** That what was told last is no longer known to be so. */
export type StalePortfolio = {
  /** What was read last, current or not; null where nothing has been read. */
  readonly portfolio: Portfolio | null
  /** Unix milliseconds up to which it was known to be current. */
  readonly sinceMs: number
  /** Why: a read that failed, a node that does not answer, a `StaleError` of a chain that stands still. */
  readonly error: PlimsollError
}

/** Whether what a consumer was told is current; it is told when that ends. */
export type Freshness = {
  /** Tells a portfolio of these blocks as current, or as stale where one of them is too old. */
  readonly tell: (portfolio: Portfolio, blocks: readonly Block[]) => void
  /** What was told is still so. */
  readonly confirm: () => void
  readonly lose: (error: PlimsollError) => void
}

export type FreshnessOptions = {
  readonly clock: Clock
  /** Age of a confirmation, and of a chain's newest block, from which nothing is current. */
  readonly limitMs: number
  /** Ends it: nothing is told after. */
  readonly signal: AbortSignal
  readonly onPortfolio: (portfolio: Portfolio) => void
  readonly onStale: (stale: StalePortfolio) => void
}

/** Keeps account of what one watch has told. */
export function createFreshness(options: FreshnessOptions): Freshness {
  const { clock, limitMs, signal, onPortfolio, onStale } = options
  let portfolio: Portfolio | null = null
  let oldest: Block | null = null
  let confirmedMs = clock.now()
  let stale: StalePortfolio | null = null
  let alarm = new AbortController()
  signal.addEventListener('abort', () => alarm.abort(), { once: true })

  function lose(error: PlimsollError, sinceMs: number): void {
    alarm.abort()
    // Once, until the reason or the portfolio is another.
    if (stale?.portfolio === portfolio && stale.error.message === error.message) return
    stale = { portfolio, sinceMs, error }
    onStale(stale)
  }

  /** Tells of a chain that has stood still for too long. */
  function checkChains(): boolean {
    if (oldest === null || clock.now() - asOfMs(oldest) < limitMs) return true
    lose(standstill(oldest, limitMs), asOfMs(oldest))
    return false
  }

  function setAlarm(): void {
    alarm.abort()
    if (signal.aborted) return
    const own = new AbortController()
    alarm = own
    const sinceMs = Math.min(confirmedMs, oldest === null ? Infinity : asOfMs(oldest))
    const ring = () => {
      if (!own.signal.aborted && checkChains()) lose(silence(limitMs), confirmedMs)
    }
    clock.sleep(sinceMs + limitMs - clock.now(), own.signal).then(ring, ring)
  }

  setAlarm()
  return {
    tell(read, blocks) {
      portfolio = read
      oldest = oldestOf(blocks)
      confirmedMs = clock.now()
      if (!checkChains()) return
      stale = null
      setAlarm()
      onPortfolio(read)
    },
    confirm() {
      if (stale !== null) return
      confirmedMs = clock.now()
      setAlarm()
    },
    lose: (error) => lose(error, confirmedMs),
  }
}

function oldestOf(blocks: readonly Block[]): Block | null {
  return blocks.reduce<Block | null>(
    (oldest, block) => (oldest !== null && oldest.timestamp <= block.timestamp ? oldest : block),
    null,
  )
}

function standstill({ chain, number }: Block, limitMs: number): StaleError {
  return new StaleError(
    `Chain ${chain} has shown no block after ${number}, which is more than ${limitMs} ms old. Use another node; if the chain makes blocks more seldom than that, raise stalenessLimitMs.`,
  )
}

function silence(limitMs: number): StaleError {
  return new StaleError(
    `For ${limitMs} ms nothing has been read or confirmed. Wait for the read that is under way, or use faster nodes.`,
  )
}
