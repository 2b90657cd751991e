import type { PlimsollError } from '@plimsoll/model'

/** The ways in which an answer can be wrong. All but `plausible` must never improve anything. */
export const CORRUPTION_KINDS = [
  'dropped',
  'empty',
  'truncated',
  'wrong-type',
  'wrong-length',
  'wrong-id',
  'reverted',
  'html',
  'out-of-range',
  'stale',
  'plausible',
] as const
export type CorruptionKind = (typeof CORRUPTION_KINDS)[number]

/** What an adapter gets instead of the recorded answer: another raw answer, or none. */
export type CorruptAnswer =
  | { readonly ok: true; readonly raw: unknown }
  | { readonly ok: false; readonly error: PlimsollError }

/** One way to spoil one answer. */
export type Corruption = {
  readonly kind: CorruptionKind
  /** What was done, for people: `field "positions[0].size" × 1.1`. */
  readonly what: string
  /** Corruptions of the same pattern are alike: a sample of each is tried first. */
  readonly pattern: string
  readonly answer: CorruptAnswer
  /** The numeric field that was changed, for `plausible` corruptions of one field. */
  readonly field?: string
  /** An identity that no venue and no registry knows, if one was put into the answer. */
  readonly madeUp?: string
}

/** What the generators need to know of the read. */
export type CorruptionScene = {
  /** Unix milliseconds of the read; numbers near it are taken for times. */
  readonly nowMs: number
}

/** A made-up address: not a contract on any chain, and on no list. */
export const MADE_UP_ADDRESS = '0x0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad'
/** A made-up name of an asset, market, mode or status. */
export const MADE_UP_NAME = 'zzmadeup'

/** How far `stale` takes a time back: longer than any staleness limit in use, 40 days. */
export const STALE_BY_SECONDS: number = 40 * 86_400
