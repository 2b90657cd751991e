import { checkNotNegative } from './checks.js'

/** The three volatilities, or margins, between which an anti-procyclical rule chooses. */
export type Procyclicality = {
  /** What the present alone says. */
  readonly raw: number
  /** What a stressed period says. */
  readonly stressed: number
  /** What the longest history says: ten years, or since listing with a proxy. */
  readonly longRun: number
}

/** What each of the three tools of the regulation gives. */
export type AntiProcyclicalMargins = {
  /** (a) 1.25 × raw: a buffer of 25 % that may be used up while requirements rise. */
  readonly buffer: number
  /** (b) ¾ raw + ¼ stressed. */
  readonly stressWeight: number
  /** (c) max(raw, long run). */
  readonly floor: number
}

/**
 * The three tools that keep a margin from rising most when it hurts most, in the unit of the inputs.
 *
 * Source: Commission Delegated Regulation (EU) 153/2013, article 28(1)(a)–(c).
 *
 * @example
 * antiProcyclicalMargins({ raw: 0.1, stressed: 0.24, longRun: 0.12 })
 * // { buffer: 0.125, stressWeight: 0.135, floor: 0.12 }
 *
 * @throws HaircutError when a value is negative or not finite.
 */
export function antiProcyclicalMargins(inputs: Procyclicality): AntiProcyclicalMargins {
  check(inputs)
  const { raw, stressed, longRun } = inputs
  return {
    buffer: 1.25 * raw,
    stressWeight: 0.75 * raw + 0.25 * stressed,
    floor: Math.max(raw, longRun),
  }
}

/**
 * The volatility that haircuts and margins are taken from: max(raw, ¾ raw + ¼ stressed, long run).
 * It follows the market up, and down only as far as the stressed period and the long run allow.
 * Tools (b) and (c) of {@link antiProcyclicalMargins} together.
 *
 * @example
 * flooredVolatility({ raw: 0.0615, stressed: 0.116, longRun: 0.0523 }) // 0.075125
 *
 * @throws HaircutError when a value is negative or not finite.
 */
export function flooredVolatility(inputs: Procyclicality): number {
  const { stressWeight, floor } = antiProcyclicalMargins(inputs)
  return Math.max(stressWeight, floor)
}

function check({ raw, stressed, longRun }: Procyclicality): void {
  checkNotNegative('raw value', raw)
  checkNotNegative('stressed value', stressed)
  checkNotNegative('long-run value', longRun)
}
