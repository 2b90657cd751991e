import type {
  AccountId,
  FactorId,
  MarketState,
  MarkId,
  Portfolio,
  VenueModule,
} from '@plimsoll/model'
import { marketStateExpired } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import type { UnifiedParameters } from '../unified/parameters.js'
import type { UnifiedMargin } from '../unified/result.js'
import { unifiedMargin } from '../unified/unifiedMargin.js'
import { compileLive } from './compileLive.js'
import type { LiveRequirement } from './requirement.js'
import { requirementNow, requirementRoom } from './requirement.js'
import type { LiveSensitivities } from './sensitivities.js'
import { emptySensitivities, foldSensitivities } from './sensitivities.js'
import { liveState, refresh, takePrices } from './tick.js'

/** The spots of published portfolio margins: ±20 % in steps of 2 %, and eight tails. */
const SPOTS: readonly number[] = [
  ...Array.from({ length: 21 }, (_, step) => (40 + step) / 50),
  0.34,
  0.67,
  1.5,
  2,
  3,
  4,
  5,
  6,
]

/** Options of {@link liveMargin}; parameters of the unified margin that are left out have their defaults. */
export type LiveOptions = Partial<UnifiedParameters> & {
  /** Modules of the adapters in use; an account whose rule none interprets is unknown. */
  readonly modules: readonly VenueModule[]
  /** Unix milliseconds to which interest and times to expiry are counted until the next compile. */
  readonly nowMs: number
  /** Multipliers of spot of the grid, 1 today. Default: 29, from 0.34 to 6. */
  readonly spots?: readonly number[]
}

/** A portfolio that follows its prices. Arrays are written in place; money in the numeraire. */
export type LiveMargin = {
  /** The margin at compile, with its contributions and everything that limits it. */
  readonly compiled: UnifiedMargin
  /** Why the margin is unknown, in words; empty where it is known. */
  readonly unknown: readonly string[]
  /** Marks in the order of prices, sorted by id. */
  readonly marks: readonly MarkId[]
  /** Prices of the marks now; copy them, change the copy, and give it to `tick`. */
  readonly prices: Readonly<Float64Array>
  /** Accounts in the order of healths, sorted by id. */
  readonly accounts: readonly AccountId[]
  /** Native health of each account: 1 where its venue liquidates, NaN where it is unknown, +Infinity where nothing is required. */
  readonly healths: Float64Array
  /** Spot factors in the order of the grids, sorted. */
  readonly factors: readonly FactorId[]
  /** Multipliers of spot of the grids. */
  readonly spots: Float64Array
  /** P&L of everything on each factor: [factors × 3 × spots], volatility unmoved, up and down. */
  readonly profits: Float64Array
  /** Cell of each factor's worst P&L, in its part of `profits`. */
  readonly worstCell: Uint32Array
  /**
   * Takes new prices: healths and grids of what they move are written anew, nothing else.
   *
   * Implied volatilities stand still, and quotes of options follow the model's price.
   *
   * @param prices [marks]
   * @param atMs Unix milliseconds of the prices; not before those of the last tick
   * @throws ScenarioError when a price is not above 0, or the time runs backwards; nothing is then changed.
   */
  readonly tick: (prices: Float64Array, atMs: number) => void
  /** What one cross-margin venue would ask now; stresses what moved since it was last asked. */
  readonly requirement: () => LiveRequirement
  /** Delta, gamma and vega of everything on each factor now, written into the same arrays each time. */
  readonly sensitivities: () => LiveSensitivities
}

/**
 * Compiles a portfolio and a market state once, to follow its prices without allocation: native healths
 * of all accounts, the netted grid of spot × volatility of each underlying, what one cross-margin venue
 * would ask, and sensitivities. The numbers are those of `evaluateHealth` and {@link unifiedMargin} for
 * the same portfolio at the new prices, within 1e-12.
 *
 * A change of amounts, implied volatilities, market state or block takes a new compile.
 *
 * @example
 * const live = liveMargin(portfolio, DEFAULT_MARKET_STATE, { modules, nowMs })
 * const prices = Float64Array.from(live.prices)
 * prices[live.marks.indexOf(ether)] = 1850
 * live.tick(prices, nowMs + 1000)
 * live.healths // Float64Array [1.21, …]
 * live.requirement().maintenance
 *
 * @throws CompileError when two modules claim one rule.
 * @throws UnifiedMarginError when a parameter or a number of the market state is out of its range.
 * @throws ScenarioError when `nowMs` or a multiplier of spot is not a usable number.
 */
export function liveMargin(
  portfolio: Portfolio,
  market: MarketState,
  { modules, nowMs, spots = SPOTS, ...given }: LiveOptions,
): LiveMargin {
  const compiled = unifiedMargin(portfolio, market, { nowMs, ...given })
  const program = compileLive(portfolio, market, { modules, nowMs, spots, given })
  const state = liveState(program)
  const room = requirementRoom(program)
  const sensitivities = emptySensitivities(program)
  refresh(program, state)
  const unknown = [...compiled.flags, ...compiled.quality].flatMap(({ severity, message }) =>
    severity === 'unknown' ? [message] : [],
  )
  const { sources, native, books, profits } = program
  // An array, since a number that a closure changes is allocated anew each time.
  const clock = Float64Array.of(nowMs)
  return {
    compiled,
    unknown,
    marks: sources.marks,
    prices: sources.current,
    accounts: native.program.accounts.map(({ id }) => id),
    healths: state.healths,
    factors: books.map(({ factor }) => factor),
    spots: Float64Array.from(spots),
    profits,
    worstCell: state.worstCell,
    tick: (prices, atMs) => {
      checkTime(atMs, clock[0] ?? NaN)
      takePrices(program, state, prices)
      clock[0] = atMs
      refresh(program, state)
    },
    requirement: () =>
      requirementNow(
        program,
        state,
        room,
        unknown.length === 0 && !marketStateExpired(market, clock[0] ?? NaN),
      ),
    sensitivities: () => foldSensitivities(program, sensitivities),
  }
}

function checkTime(atMs: number, before: number): void {
  if (atMs >= before && atMs < Infinity) return
  throw new ScenarioError(
    `The tick is of ${atMs}, the prices before it of ${before}. Give unix milliseconds that do not run backwards.`,
  )
}
