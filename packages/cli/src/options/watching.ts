import { UsageError } from '../errors.js'

/** Options that say how a watch goes on. */
export type WatchingOptions = {
  readonly interval?: string
  readonly rescore?: string
  readonly stale?: string
  readonly count?: string
}

/** How a watch goes on. */
export type Watching = {
  readonly intervalMs: number
  readonly rescoreMs: number
  readonly staleMs: number
  /** Lines after which it ends; null: never of itself. */
  readonly count: number | null
}

const LONGEST_SECONDS = 86_400

/** Options of a watch with every default filled in. @throws UsageError when one is no time or count */
export function parseWatching(options: WatchingOptions): Watching {
  const intervalMs = parseSeconds('--interval', options.interval, 4)
  const staleMs = parseSeconds('--stale', options.stale, 60)
  if (staleMs <= intervalMs) {
    throw new UsageError(
      `--stale is not above --interval: everything would be stale before it is read again. Raise --stale above ${intervalMs / 1000} s.`,
    )
  }
  return {
    intervalMs,
    rescoreMs: parseSeconds('--rescore', options.rescore, 60),
    staleMs,
    count: options.count === undefined ? null : parseCount(options.count),
  }
}

function parseSeconds(option: string, text: string | undefined, otherwise: number): number {
  const seconds = text === undefined ? otherwise : Number(text)
  const isNumber = text === undefined || /^\d{1,6}(\.\d{1,3})?$/.test(text)
  if (!isNumber || !(seconds > 0) || seconds > LONGEST_SECONDS) {
    throw new UsageError(
      `${option} "${String(text).slice(0, 40)}" is no number of seconds above 0 and up to ${LONGEST_SECONDS}. Write for example ${option} ${otherwise}.`,
    )
  }
  return Math.round(seconds * 1000)
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new UsageError(
    `--count "${text.slice(0, 40)}" is no number of lines. Write a whole number from 1, for example --count 1.`,
  )
}
