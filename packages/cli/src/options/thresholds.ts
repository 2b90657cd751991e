import { UsageError } from '../errors.js'
import type { Thresholds } from '../verdict.js'
import { DEFAULT_THRESHOLDS } from '../verdict.js'

/** Thresholds from `--warn` and `--critical`. @throws UsageError when one is no health or they are out of order. */
export function parseThresholds(options: {
  readonly warn?: string
  readonly critical?: string
}): Thresholds {
  const warn = parseHealth('--warn', options.warn, DEFAULT_THRESHOLDS.warn)
  const critical = parseHealth('--critical', options.critical, DEFAULT_THRESHOLDS.critical)
  if (critical > warn) {
    throw new UsageError(
      `--critical ${critical} is above --warn ${warn}. A report warns first: lower --critical or raise --warn.`,
    )
  }
  return { warn, critical }
}

function parseHealth(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const health = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || !(health >= 1) || health > 1000) {
    throw new UsageError(
      `${option} "${text.slice(0, 40)}" is not a health from 1, where venues liquidate, to 1000. Write for example ${option} ${otherwise}.`,
    )
  }
  return health
}

/** The instant of a report from `--now`: unix milliseconds, or an ISO date with a time zone. @throws UsageError */
export function parseNow(text: string): number {
  const ms = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text)
  const isZoned = /^\d+$|(Z|[+-]\d{2}:\d{2})$/.test(text)
  if (!isZoned || !Number.isSafeInteger(ms) || ms < 0) {
    throw new UsageError(
      `--now "${text.slice(0, 40)}" is no instant. Write unix milliseconds or 2026-11-24T12:00:00Z.`,
    )
  }
  return ms
}
