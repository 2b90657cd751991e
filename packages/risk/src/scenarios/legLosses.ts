import type { FactorId } from '@plimsoll/model'
import type { MovedForward, PreparedOption, QuotedOption } from '../grid/quotedSeries.js'
import { addQuotedLosses, prepareOption } from '../grid/quotedSeries.js'
import { fastLogarithms } from '../pricing/fastLog.js'
import { power } from '../pricing/power.js'
import type { ScenarioSet } from './scenarioSet.js'

/** Scenarios that pass together, so that what lies between the steps stays in a near cache. */
const BLOCK = 1024

/** What a leg's price follows: (1 + move)^elasticity over factors of the set. */
export type Exposed = { readonly place: number; readonly elasticity: number }

/** Legs of one account that follow the same factors in the same way; equal exposures are one list. */
export type LinearLegs = {
  readonly column: number
  readonly value: number
  readonly exposures: readonly Exposed[]
}

/** An option as it is repriced. */
export type PricedOption = QuotedOption & {
  readonly column: number
  readonly exposures: readonly Exposed[]
  /** Places of the volatility factors that move it, with the power of its tenor. */
  readonly volatility: readonly Exposed[]
  /** Every factor that moves it, also those that the set does not name. */
  readonly follows: readonly FactorId[]
}

/** Losses in every scenario. */
export type LegLosses = {
  /** [scenarios] */
  readonly losses: Float64Array
  /** [scenarios × columns], row-major; rows add up to `losses`. */
  readonly byAccount: Float64Array
}

/** Losses of all legs in every scenario of a set, block by block. */
export function legLosses(
  set: ScenarioSet,
  columns: number,
  linear: readonly LinearLegs[],
  options: readonly PricedOption[],
): LegLosses {
  const losses = new Float64Array(set.count)
  const byAccount = new Float64Array(columns * set.count)
  const prepared = options.map((option) => ({ ...option, prepared: prepareOption(option) }))
  let block = blockOf(Math.min(BLOCK, set.count), columns, linear, prepared)
  for (let from = 0; from < set.count; from += BLOCK) {
    const size = Math.min(BLOCK, set.count - from)
    if (size !== block.size) block = blockOf(size, columns, linear, prepared)
    fillBlock(set, from, block)
    writeRows(block, from, losses, byAccount)
  }
  return { losses, byAccount }
}

/** How spot moves for some exposures. */
type MovedSpot = Omit<MovedForward, 'volatilities'> & {
  readonly exposures: readonly Exposed[]
  /** Whether an option asks for its logarithms. */
  readonly isOfOptions: boolean
}

/** Arrays for a block of scenarios, used again for the next. */
type Block = {
  readonly size: number
  readonly spots: readonly MovedSpot[]
  readonly linear: readonly {
    readonly value: number
    readonly multipliers: Float64Array
    readonly out: Float64Array
  }[]
  readonly options: readonly {
    readonly prepared: PreparedOption
    readonly volatility: readonly Exposed[]
    readonly moved: MovedForward
    readonly out: Float64Array
  }[]
  /** [columns × size] */
  readonly lost: Float64Array
}

function blockOf(
  size: number,
  columns: number,
  linear: readonly LinearLegs[],
  options: readonly (PricedOption & { readonly prepared: PreparedOption })[],
): Block {
  const lost = new Float64Array(columns * size)
  const volatilities = new Float64Array(size)
  const ofOptions = new Set(options.map(({ exposures }) => exposures))
  const spots = new Map<readonly Exposed[], MovedSpot>()
  const spotOf = (exposures: readonly Exposed[]): MovedSpot => {
    const spot = spots.get(exposures) ?? {
      exposures,
      isOfOptions: ofOptions.has(exposures),
      multipliers: new Float64Array(size),
      logarithms: new Float64Array(size),
    }
    spots.set(exposures, spot)
    return spot
  }
  const outOf = (column: number) => lost.subarray(column * size, (column + 1) * size)
  return {
    size,
    lost,
    linear: linear.map(({ value, exposures, column }) => ({
      value,
      multipliers: spotOf(exposures).multipliers,
      out: outOf(column),
    })),
    options: options.map(({ prepared, exposures, volatility, column }) => {
      const { multipliers, logarithms } = spotOf(exposures)
      const own = volatility.length === 0 ? null : volatilities
      const moved = { multipliers, logarithms, volatilities: own }
      return { prepared, volatility, moved, out: outOf(column) }
    }),
    spots: [...spots.values()],
  }
}

function fillBlock(set: ScenarioSet, from: number, { spots, linear, options, lost }: Block): void {
  for (const { exposures, isOfOptions, multipliers, logarithms } of spots) {
    movePrices(set, from, exposures, multipliers)
    if (isOfOptions) fastLogarithms(multipliers, logarithms)
  }
  lost.fill(0)
  for (const { value, multipliers, out } of linear) addLinearLosses(value, multipliers, out)
  for (const { prepared, volatility, moved, out } of options) {
    if (moved.volatilities !== null) moveVolatilities(set, from, volatility, moved.volatilities)
    addQuotedLosses(prepared, moved, out)
  }
}

/** Π (1 + move)^elasticity. */
function movePrices(
  { factors, moves }: ScenarioSet,
  from: number,
  exposures: readonly Exposed[],
  out: Float64Array,
): void {
  out.fill(1)
  const stride = factors.length
  for (const { place, elasticity } of exposures) {
    for (let index = 0, at = from * stride + place; index < out.length; index++, at += stride) {
      const growth = 1 + (moves[at] ?? NaN)
      const grown = elasticity === 1 ? growth : power(growth, elasticity)
      out[index] = (out[index] ?? NaN) * grown
    }
  }
}

/** Multipliers of σ√T. */
function moveVolatilities(
  { factors, moves }: ScenarioSet,
  from: number,
  volatility: readonly Exposed[],
  out: Float64Array,
): void {
  out.fill(1)
  const stride = factors.length
  for (const { place, elasticity } of volatility) {
    for (let index = 0, at = from * stride + place; index < out.length; index++, at += stride) {
      const shocked = Math.max(0, 1 + elasticity * (moves[at] ?? NaN))
      out[index] = (out[index] ?? NaN) * shocked
    }
  }
}

function addLinearLosses(value: number, multipliers: Float64Array, out: Float64Array): void {
  for (let index = 0; index < out.length; index++) {
    out[index] = (out[index] ?? NaN) + value * (1 - (multipliers[index] ?? NaN))
  }
}

/** From losses account by account to rows of scenarios and their totals. */
function writeRows(
  { lost, size }: Block,
  from: number,
  losses: Float64Array,
  byAccount: Float64Array,
): void {
  let at = from * (lost.length / size)
  for (let index = 0; index < size; index++) {
    let total = 0
    for (let own = index; own < lost.length; own += size, at++) {
      const loss = lost[own] ?? NaN
      byAccount[at] = loss
      total += loss
    }
    losses[from + index] = total
  }
}
