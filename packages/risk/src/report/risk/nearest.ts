import type {
  AccountId,
  AccountReport,
  FactorId,
  LiquidationPrice,
  MarketState,
  MoveOfFactor,
  NearestLiquidation,
} from '@plimsoll/model'
import type { FactorModel } from '../../calibrate/factorModel.js'
import { factorModel } from '../../calibrate/factorModel.js'
import { log } from '../../pricing/log.js'
import { accountHealth } from '../../program/evaluate.js'
import type { Program } from '../../program/program.js'
import { factorMoves } from '../../reverse/factorMoves.js'
import type { NearestFailure } from '../../reverse/failure.js'
import { failurePoint } from '../../reverse/failure.js'
import { nearestFailure } from '../../reverse/nearestFailure.js'
import { distanceOf } from '../../reverse/portfolioFailure.js'
import { markMoves, multipliersOf } from '../../score/pathModel.js'

/** Daily standard deviations up to which a liquidation is looked for. */
const SEARCH_TO = 40
const MOST_NAMED = 3

/** Which way the fall (1) or rise (−1) of a factor costs the portfolio. */
export type Directions = ReadonlyMap<FactorId, 1 | -1>

/** The nearest liquidation of one account, by the covariance of a day. */
export type DailyFailure = {
  readonly model: FactorModel
  readonly failure: NearestFailure
  /**
   * Log moves of the one factor below and above which the account is liquidated, where the options of
   * the account make it too slow to ask again on every path; null elsewhere.
   */
  readonly line: { readonly below: number; readonly above: number } | null
  /** Whether asking for its health reprices options. */
  readonly isSlow: boolean
}

/** Spot factors that the marks of an account move with. */
export function factorsOf(program: Program, row: number): readonly FactorId[] {
  const found = new Set<FactorId>()
  for (const mark of program.accounts[row]?.marks ?? []) {
    const end = program.exposureStart[mark + 1] ?? 0
    for (let at = program.exposureStart[mark] ?? 0; at < end; at++) {
      const factor = program.factors[program.exposureFactor[at] ?? 0]
      if (factor?.startsWith('spot:') === true) found.add(factor)
    }
  }
  return [...found].sort()
}

/** Looks for the move of spot factors, pegs and volatilities standing still, that liquidates an account. */
export function dailyFailure(
  program: Program,
  row: number,
  market: MarketState,
  directions: Directions,
  { liquidationPrices }: Pick<AccountReport, 'liquidationPrices'>,
): DailyFailure {
  const factors = factorsOf(program, row)
  const model = factorModel(market, factors, {
    directions: factors.map((factor) => directions.get(factor) ?? 1),
  })
  const isSlow =
    program.accounts[row]?.compiled?.tests.some(
      ({ kernel }) => kernel === 'standard' || kernel === 'scenario',
    ) ?? false
  if (factors.length === 0) {
    return { model, failure: { kind: 'none', searchedTo: Infinity }, line: null, isSlow }
  }
  const [factor, second] = factors
  const marks = markMoves(program, model)
  const multipliers = new Float64Array(program.marks.length + 1)
  const surplus = (moves: Float64Array): number => {
    multipliersOf(marks, moves, multipliers)
    return accountHealth(program, row, multipliers, 0) - 1
  }
  const price = liquidationPrices.find(({ ray }) => ray.kind === 'factor' && ray.factor === factor)
  if (isSlow && second === undefined && price !== undefined) {
    const far = SEARCH_TO * (model.daily[0] ?? NaN)
    const isKnown = [-far, far].every((move) => !Number.isNaN(surplus(Float64Array.of(move))))
    if (isKnown) return { model, isSlow, ...alongOneFactor(model, price) }
  }
  const failure = nearestFailure({ surplus, root: model.root, searchTo: SEARCH_TO })
  return { model, failure, line: null, isSlow }
}

/** On a path of one factor the first crossing of either price liquidates, whatever lies beyond. */
function alongOneFactor(
  model: FactorModel,
  { moveBelow, moveAbove }: LiquidationPrice,
): Pick<DailyFailure, 'failure' | 'line'> {
  const line = {
    below: moveBelow === null ? -Infinity : log(1 + moveBelow),
    above: moveAbove === null ? Infinity : log(1 + moveAbove),
  }
  const points = [line.below, line.above]
    .filter(Number.isFinite)
    .map((move) => failurePoint(model.root, Float64Array.of(move / (model.root[0] ?? NaN)), 1))
    .sort((a, b) => a.distance - b.distance)
  const [nearest, ...others] = points
  const failure: NearestFailure =
    nearest === undefined
      ? { kind: 'none', searchedTo: SEARCH_TO }
      : { kind: 'nearest', nearest, others }
  return { line, failure }
}

/** Standard deviations of a day's move within which the account is known to be safe. */
export function safeDistance({ failure }: DailyFailure): number {
  return distanceOf(failure)
}

/** The nearest liquidation for print, over the account's horizon. */
export function nearestLiquidation(
  account: AccountId,
  { model, failure }: DailyFailure,
  horizonDays: number,
): NearestLiquidation {
  const none = { account, distance: null, moves: [] }
  switch (failure.kind) {
    case 'failed':
      return {
        ...none,
        kind: 'failed',
        distance: 0,
        words: 'it can be liquidated without any move',
      }
    case 'none': {
      const words =
        failure.searchedTo === Infinity
          ? 'no move of prices liquidates it'
          : `no move of up to ${failure.searchedTo} daily standard deviations liquidates it`
      return { ...none, kind: 'none', words }
    }
    case 'unknown':
      return {
        ...none,
        kind: 'unknown',
        words: `its health is not known after a move of ${failure.distance.toFixed(1)} daily standard deviations`,
      }
    case 'nearest': {
      const root = Math.sqrt(horizonDays)
      const moves = factorMoves(failure.nearest, model.factors, model.root).map(
        ({ factor, relativeMove, deviations }): MoveOfFactor => ({
          factor: factor as FactorId,
          relativeMove,
          deviations: deviations === null ? null : deviations / root,
        }),
      )
      const distance = failure.nearest.distance / root
      return { account, kind: 'nearest', distance, moves, words: wordsOf(moves) }
    }
  }
}

/** “ETH −18 % with BTC −11 %”. */
function wordsOf(moves: readonly MoveOfFactor[]): string {
  const [first, ...others] = moves
    .slice(0, MOST_NAMED)
    .map(({ factor, relativeMove }) => `${factor.slice('spot:'.length)} ${percent(relativeMove)}`)
  if (first === undefined) return 'a move too small to name'
  const last = others.at(-1)
  if (last === undefined) return first
  const before = others.slice(0, -1)
  return `${first} with ${[...before, last].join(' and ')}`
}

function percent(move: number): string {
  const size = Math.abs(move) * 100
  const digits = size < 10 ? size.toFixed(1) : size.toFixed(0)
  return `${move < 0 ? '−' : '+'}${digits} %`
}
