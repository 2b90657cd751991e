import type { FactorId, MarketState, Portfolio } from '@plimsoll/model'
import { ScenarioSetError } from './errors.js'
import type { ScenarioLosses } from './reprice.js'
import { repriceSet } from './reprice.js'
import type { ScenarioSet } from './scenarioSet.js'

/** Relative move by which derivatives are taken. */
const STEP = 0.01
const SAMPLE = 100

/** How a portfolio is previewed. */
export type DeltaGammaPreviewOptions = {
  readonly market: MarketState
  readonly nowMs: number
  /** Scenarios spread over the set that are also repriced in full. Default 100. */
  readonly sample?: number
}

/**
 * Losses of a portfolio to second order. Never the record: {@link repriceSet} is, and `check` says how
 * far the preview is from it. With a covariance, `delta` and `gamma` make a book of `deltaGammaTail`.
 */
export type DeltaGammaPreview = Pick<ScenarioLosses, 'unpriced' | 'unmoved' | 'known'> & {
  readonly method: 'delta-gamma'
  /** True always. */
  readonly isPreview: true
  /** As in the set. */
  readonly factors: readonly FactorId[]
  /** Change of value by each factor's relative move, in the numeraire: [factors]. */
  readonly delta: Float64Array
  /** Second derivatives, in the numeraire: [factors × factors], row-major, symmetric. */
  readonly gamma: Float64Array
  /** −(δ'x + ½x'Γx) by scenario, in the numeraire: [scenarios]. Positive is a loss. */
  readonly losses: Float64Array
  /** What a full reprice of some scenarios says of it. */
  readonly check: {
    /** Scenarios repriced in full: a spread over the set, and the far ends of every factor and loss. */
    readonly scenarios: number
    /** Largest distance of preview and full reprice among them, in the numeraire. */
    readonly maximumGap: number
    /** The scenario where that is, as its place in the set, with its loss by full reprice. */
    readonly at: { readonly scenario: number; readonly preview: number; readonly full: number }
    /** The gap as a share of the largest loss or gain by full reprice among them; 0 where there is none. */
    readonly relativeGap: number
  }
}

/**
 * Fast preview of the losses of a portfolio in a set of scenarios: a quadratic in the moves of the set's
 * factors, its derivatives by central differences of full reprices around today. Where options are near
 * their strike and expiry, or moves are large, it lies, and `check` shows it.
 *
 * @example
 * const { losses, check } = deltaGammaPreview(portfolio, set, { market, nowMs })
 * if (check.relativeGap > 0.05) repriceSet(portfolio, set, { market, nowMs })
 *
 * @throws ScenarioSetError when the set has no scenario, the sample is no whole number from 1, or a move
 * is not a number of at least −1.
 */
export function deltaGammaPreview(
  portfolio: Portfolio,
  set: ScenarioSet,
  options: DeltaGammaPreviewOptions,
): DeltaGammaPreview {
  const { sample = SAMPLE } = options
  if (!(set.count >= 1 && Number.isInteger(sample) && sample >= 1)) {
    throw new ScenarioSetError(
      `A sample of ${sample} of ${set.count} scenarios checks nothing. Give a set with scenarios, and a whole number from 1.`,
    )
  }
  const { factors } = set
  const size = factors.length
  const { delta, gamma } = derivatives(portfolio, set, options)
  const losses = Float64Array.from({ length: set.count }, (_, scenario) =>
    quadraticLoss(delta, gamma, set.moves.subarray(scenario * size, (scenario + 1) * size)),
  )
  const chosen = chosenScenarios(set, losses, sample)
  const full = repriceSet(portfolio, subset(set, chosen), options)
  const { unpriced, unmoved, known } = full
  return {
    method: 'delta-gamma',
    isPreview: true,
    factors,
    delta,
    gamma,
    losses,
    check: checkOf(chosen, losses, full.losses),
    unpriced,
    unmoved,
    known,
  }
}

function quadraticLoss(delta: Float64Array, gamma: Float64Array, moves: Float64Array): number {
  let profit = 0
  for (let row = 0; row < moves.length; row++) {
    let slope = delta[row] ?? NaN
    for (let column = 0; column < moves.length; column++) {
      slope += 0.5 * (gamma[row * moves.length + column] ?? NaN) * (moves[column] ?? NaN)
    }
    profit += slope * (moves[row] ?? NaN)
  }
  return 0 - profit
}

/** Central differences of second order: two scenarios a factor, four a pair. */
function derivatives(
  portfolio: Portfolio,
  { factors, ...set }: ScenarioSet,
  options: DeltaGammaPreviewOptions,
): { readonly delta: Float64Array; readonly gamma: Float64Array } {
  const size = factors.length
  const rows: Float64Array[] = []
  const place = (moves: readonly (readonly [factor: number, move: number])[]): number => {
    const row = new Float64Array(size)
    for (const [factor, move] of moves) row[factor] = move
    return rows.push(row) - 1
  }
  const singles = factors.map((_, a) => [place([[a, STEP]]), place([[a, -STEP]])] as const)
  const pairs = factors.flatMap((_, a) =>
    factors.slice(0, a).map((__, b) => ({
      a,
      b,
      same: [
        place([
          [a, STEP],
          [b, STEP],
        ]),
        place([
          [a, -STEP],
          [b, -STEP],
        ]),
      ] as const,
      opposite: [
        place([
          [a, STEP],
          [b, -STEP],
        ]),
        place([
          [a, -STEP],
          [b, STEP],
        ]),
      ] as const,
    })),
  )
  const moves = new Float64Array(rows.length * size)
  for (const [index, row] of rows.entries()) moves.set(row, index * size)
  const bumped = { ...set, factors, count: rows.length, moves, weights: null, names: null }
  const { losses } = repriceSet(portfolio, bumped, options)
  const profits = (at: readonly [number, number]) => at.map((index) => 0 - (losses[index] ?? NaN))
  const delta = new Float64Array(size)
  const gamma = new Float64Array(size * size)
  for (const [a, at] of singles.entries()) {
    const [up = NaN, down = NaN] = profits(at)
    delta[a] = (up - down) / (2 * STEP)
    gamma[a * size + a] = (up + down) / (STEP * STEP)
  }
  for (const { a, b, same, opposite } of pairs) {
    const sum = (at: readonly [number, number]) => profits(at).reduce((x, y) => x + y, 0)
    const mixed = (sum(same) - sum(opposite)) / (4 * STEP * STEP)
    gamma[a * size + b] = mixed
    gamma[b * size + a] = mixed
  }
  return { delta, gamma }
}

/** A spread over the set, and where the preview loses or gains most or a factor moves farthest. */
function chosenScenarios(
  set: ScenarioSet,
  losses: Float64Array,
  sample: number,
): readonly number[] {
  const { count, factors, moves } = set
  const chosen = new Set<number>()
  const step = Math.max(1, count / sample)
  for (let at = 0; at < count; at += step) chosen.add(Math.floor(at))
  const addEnds = (of: (scenario: number) => number): void => {
    let least = 0
    let most = 0
    for (let scenario = 1; scenario < count; scenario++) {
      if (of(scenario) < of(least)) least = scenario
      if (of(scenario) > of(most)) most = scenario
    }
    chosen.add(least).add(most)
  }
  addEnds((scenario) => losses[scenario] ?? NaN)
  for (const place of factors.keys()) {
    addEnds((scenario) => moves[scenario * factors.length + place] ?? NaN)
  }
  return [...chosen].sort((a, b) => a - b)
}

function subset(set: ScenarioSet, chosen: readonly number[]): ScenarioSet {
  const size = set.factors.length
  const moves = new Float64Array(chosen.length * size)
  for (const [row, scenario] of chosen.entries()) {
    moves.set(set.moves.subarray(scenario * size, (scenario + 1) * size), row * size)
  }
  return { ...set, count: chosen.length, moves, weights: null, names: null }
}

function checkOf(
  chosen: readonly number[],
  losses: Float64Array,
  full: Float64Array,
): DeltaGammaPreview['check'] {
  const rows = chosen.map((scenario, row) => ({
    scenario,
    preview: losses[scenario] ?? NaN,
    full: full[row] ?? NaN,
  }))
  const gapOf = (row: (typeof rows)[number]) => Math.abs(row.preview - row.full)
  const at = rows.reduce((worst, row) => (gapOf(row) > gapOf(worst) ? row : worst))
  const largest = rows.reduce((most, row) => Math.max(most, Math.abs(row.full)), 0)
  const maximumGap = gapOf(at)
  return {
    scenarios: rows.length,
    maximumGap,
    at,
    relativeGap: maximumGap === 0 ? 0 : maximumGap / largest,
  }
}
