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
  const twoSided = losses.flatMap(({ fall, rise }, index) => (fall > 0 && rise > 0 ? [index] : []))
  const enumerated = twoSided.length <= MOST_ENUMERATED ? twoSided : []
  const adverse = new Set(twoSided.length <= MOST_ENUMERATED ? [] : twoSided)
  const coefficients = coefficientsOf(losses, correlation, stress, adverse)
  const rises = losses.map(({ fall, rise }) => rise > fall)
  let best: Evaluation | null = null
  for (let choice = 0; choice < 1 << enumerated.length; choice++) {
    for (const [bit, index] of enumerated.entries()) {
      rises[index] = ((choice >> bit) & 1) === 1
    }
    const found = evaluate(losses, rises, coefficients)
    if (best === null || found.square > best.square) best = found
  }
  if (best === null || best.square === 0) {
    return {
      amount: 0,
      parts: rises.map((isRise) => ({ direction: isRise ? 'rise' : 'fall', component: 0 })),
    }
  }
  const amount = Math.sqrt(best.square)
  return {
    amount,
    parts: best.products.map((product, index) => ({
      direction: best.rises[index] === true ? 'rise' : 'fall',
      component: product / amount,
    })),
  }
}

type Coefficients = { readonly together: Float64Array; readonly apart: Float64Array }

function coefficientsOf(
  losses: readonly DirectedLoss[],
  correlation: (a: FactorId, b: FactorId) => number | null,
  stress: number,
  adverse: ReadonlySet<number>,
): Coefficients {
  const size = losses.length
  const together = new Float64Array(size * size).fill(1)
  const apart = new Float64Array(size * size).fill(1)
  for (const [row, a] of losses.entries()) {
    for (const [column, b] of losses.entries()) {
      const measured =
        row !== column && a.isKnown && b.isKnown ? correlation(a.factor, b.factor) : null
      if (measured === null) continue
      const kept = (1 - stress) * measured
      const same = Math.min(1, Math.max(0, stress + kept))
      const opposed = Math.min(1, Math.max(0, stress - kept))
      const isAdverse = adverse.has(row) || adverse.has(column)
      together[row * size + column] = isAdverse ? Math.max(same, opposed) : same
      apart[row * size + column] = isAdverse ? Math.max(same, opposed) : opposed
    }
  }
  return { together, apart }
}

type Evaluation = {
  readonly square: number
  readonly rises: readonly boolean[]
  /** Lᵢ·Σⱼ cᵢⱼ·Lⱼ; they add up to the square. */
  readonly products: readonly number[]
}

function evaluate(
  losses: readonly DirectedLoss[],
  rises: readonly boolean[],
  { together, apart }: Coefficients,
): Evaluation {
  const size = losses.length
  const amounts = losses.map(({ fall, rise }, index) => (rises[index] === true ? rise : fall))
  const products = amounts.map((amount, row) => {
    let sum = 0
    for (let column = 0; column < size; column++) {
      const matrix = rises[row] === rises[column] ? together : apart
      sum += (matrix[row * size + column] ?? 0) * (amounts[column] ?? 0)
    }
    return amount * sum
  })
  let square = 0
  for (const product of products) square += product
  return { square, rises: [...rises], products }
}
