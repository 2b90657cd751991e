import type { FactorId } from '@plimsoll/model'

/** The most that one underlying loses each way. */
export type DirectedLoss = {
  readonly factor: FactorId
  /** Whether the market state lists it; one that it does not is correlated 1 against everything. */
  readonly isKnown: boolean
  readonly fall: number
  readonly rise: number
}

/** Losses of all underlyings together. */
export type Aggregate = {
  readonly amount: number
  /** By underlying: which way it counts, and its part of the amount; the parts add up to it. */
  readonly parts: readonly { readonly direction: 'fall' | 'rise'; readonly component: number }[]
}

/** Underlyings with losses both ways, up to which every combination of directions is tried. */
const MOST_ENUMERATED = 8

/**
 * Losses of underlyings added up with stressed correlations: the largest √(Σᵢⱼ cᵢⱼ·Lᵢ·Lⱼ) over which
 * way each underlying moves, Lᵢ its worst loss that way and cᵢᵢ = 1.
 *
 * cᵢⱼ = max(0, s + (1 − s)·ρᵢⱼ) where both move one way and max(0, s − (1 − s)·ρᵢⱼ) where they move
 * apart, s the stress: correlation is moved towards 1 and towards −1, whichever costs more, and is
 * never a credit. A pair whose correlation nobody measured has c = 1 both ways. Therefore the amount is
 * not below the largest loss, not above the sum of losses, and never falls when a loss rises.
 *
 * Where c is positive semi-definite it is a norm of the losses, hence sub-additive over portfolios.
 * With more than eight underlyings that lose both ways, each of these counts its worse way and the
 * larger c of both ways.
 *
 * Form of the aggregation across buckets of ISDA SIMM, √(ΣΣ ρᵢⱼ·Kᵢ·Kⱼ).
 */
export function aggregateLosses(
  losses: readonly DirectedLoss[],
  correlation: (a: FactorId, b: FactorId) => number | null,
  stress: number,
): Aggregate {
  const aggregation = aggregationOf(losses, correlation, stress)
  const amount = aggregate(
    aggregation,
    Float64Array.from(losses, ({ fall }) => fall),
    Float64Array.from(losses, ({ rise }) => rise),
  )
  return {
    amount,
    parts: losses.map((_, index) => ({
      direction: aggregation.rises[index] === 1 ? 'rise' : 'fall',
      component: amount === 0 ? 0 : (aggregation.products[index] ?? NaN) / amount,
    })),
  }
}

/** Stressed correlations of some underlyings, and room for adding their losses up. */
export type Aggregation = {
  readonly size: number
  /** cᵢⱼ where both move one way, and where they move apart: [size × size]. */
  readonly together: Float64Array
  readonly apart: Float64Array
  /** After {@link aggregate}: 1 where the rise of an underlying counts, and Lᵢ·Σⱼ cᵢⱼ·Lⱼ. */
  readonly rises: Uint8Array
  readonly products: Float64Array
  /** Scratch. */
  readonly tried: Uint8Array
  readonly triedProducts: Float64Array
  readonly isAdverse: Uint8Array
  readonly twoSided: Uint32Array
}

/** The coefficients of {@link aggregateLosses}. */
export function aggregationOf(
  underlyings: readonly Pick<DirectedLoss, 'factor' | 'isKnown'>[],
  correlation: (a: FactorId, b: FactorId) => number | null,
  stress: number,
): Aggregation {
  const size = underlyings.length
  const together = new Float64Array(size * size).fill(1)
  const apart = new Float64Array(size * size).fill(1)
  for (const [row, a] of underlyings.entries()) {
    for (const [column, b] of underlyings.entries()) {
      const measured =
        row !== column && a.isKnown && b.isKnown ? correlation(a.factor, b.factor) : null
      if (measured === null) continue
      const kept = (1 - stress) * measured
      together[row * size + column] = Math.min(1, Math.max(0, stress + kept))
      apart[row * size + column] = Math.min(1, Math.max(0, stress - kept))
    }
  }
  return {
    size,
    together,
    apart,
    rises: new Uint8Array(size),
    products: new Float64Array(size),
    tried: new Uint8Array(size),
    triedProducts: new Float64Array(size),
    isAdverse: new Uint8Array(size),
    twoSided: new Uint32Array(size),
  }
}

/**
 * The amount of {@link aggregateLosses}, without allocation.
 *
 * @param falls worst loss of each underlying as it falls, [size]; `rises` as it rises
 */
export function aggregate(
  aggregation: Aggregation,
  falls: Float64Array,
  rises: Float64Array,
): number {
  const { size, tried, triedProducts, products, isAdverse, twoSided } = aggregation
  let count = 0
  for (let index = 0; index < size; index++) {
    const fall = falls[index] ?? NaN
    const rise = rises[index] ?? NaN
    tried[index] = rise > fall ? 1 : 0
    isAdverse[index] = fall > 0 && rise > 0 ? 1 : 0
    if (isAdverse[index] === 1) twoSided[count++] = index
  }
  const enumerated = count <= MOST_ENUMERATED ? count : 0
  if (count <= MOST_ENUMERATED) isAdverse.fill(0)
  let best = -1
  for (let choice = 0; choice < 1 << enumerated; choice++) {
    for (let bit = 0; bit < enumerated; bit++) {
      tried[twoSided[bit] ?? 0] = (choice >> bit) & 1
    }
    const square = evaluate(aggregation, falls, rises)
    if (Number.isNaN(square)) return square
    if (square <= best) continue
    best = square
    aggregation.rises.set(tried)
    products.set(triedProducts)
  }
  return best > 0 ? Math.sqrt(best) : 0
}

/** Σᵢⱼ cᵢⱼ·Lᵢ·Lⱼ with each underlying the way that is tried. */
function evaluate(
  { size, together, apart, tried, triedProducts, isAdverse }: Aggregation,
  falls: Float64Array,
  rises: Float64Array,
): number {
  let square = 0
  for (let row = 0; row < size; row++) {
    let sum = 0
    for (let column = 0; column < size; column++) {
      const at = row * size + column
      const same = together[at] ?? NaN
      const opposed = apart[at] ?? NaN
      const isEither = isAdverse[row] === 1 || isAdverse[column] === 1
      const coefficient = isEither
        ? Math.max(same, opposed)
        : tried[row] === tried[column]
          ? same
          : opposed
      sum += coefficient * ((tried[column] === 1 ? rises[column] : falls[column]) ?? NaN)
    }
    const product = ((tried[row] === 1 ? rises[row] : falls[row]) ?? NaN) * sum
    triedProducts[row] = product
    square += product
  }
  return square
}
