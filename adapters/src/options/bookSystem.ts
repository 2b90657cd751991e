import type { FactorId } from '@plimsoll/model'
import type {
  MarginSystem,
  SystemMargin,
  UnderlyingPositions,
  WorstCase,
} from '@plimsoll/risk/compare'
import { MarginSystemError, scenarioLabel } from '@plimsoll/risk/compare'
import type { BookMargin, OptionBook, StressedMove } from './book.js'

/** A margin system over the book of each underlying. */
export type BookSystem = Omit<MarginSystem, 'require'> & {
  /**
   * What covers the requirement: equity with the marks of options in it, or collateral beside the
   * options, so that what is held counts nothing and what is sold is covered whole.
   */
  readonly counts: 'equity' | 'collateral'
  /** Null where the system has no parameters for the underlying. */
  readonly margin: (
    book: OptionBook,
    underlying: FactorId,
  ) => (BookMargin & { readonly worst?: StressedMove }) | null
}

/**
 * A margin system that judges each underlying by a book, as one to compare with; its requirements are
 * equity, marks of options included.
 */
export function bookSystem({ counts, margin, ...about }: BookSystem): MarginSystem {
  const judged = (held: UnderlyingPositions) => {
    const found = margin(bookOf(held), held.underlying)
    if (found !== null) return found
    throw new MarginSystemError(
      `${about.name} has no parameters for ${held.underlying}. Give them, or compare without these positions.`,
    )
  }
  return {
    ...about,
    require: ({ underlyings }): SystemMargin => {
      let initial = 0
      let maintenance = 0
      let worst: WorstCase | null = null
      for (const held of underlyings) {
        const found = judged(held)
        // Equity is the collateral and the signed value of options.
        const value = counts === 'collateral' ? optionValue(held) : 0
        initial += found.initial + value
        maintenance += found.maintenance + value
        const loss = -(found.worst?.profit ?? 0)
        if (found.worst !== undefined && loss > (worst?.loss ?? 0)) {
          worst = { label: labelOf(found.worst), scenario: null, loss }
        }
      }
      return { initial, maintenance, worst, contributions: [] }
    },
  }
}

/** The positions on an underlying as a book. */
export function bookOf({ spot, linear, expiries }: UnderlyingPositions): OptionBook {
  return {
    spot,
    linear: linear.map(({ size, price }) => ({ size, price })),
    options: expiries.flatMap(({ years, forward, options }) =>
      options.map(({ right, strike, size, impliedVolatility, price }) => ({
        right,
        strike,
        years,
        forward,
        size,
        impliedVolatility,
        mark: price,
      })),
    ),
  }
}

function optionValue({ expiries }: UnderlyingPositions): number {
  let total = 0
  for (const { options } of expiries) for (const { size, price } of options) total += size * price
  return total
}

function labelOf({ spotMove, volatilityMove }: StressedMove): string {
  return scenarioLabel({
    spot: 1 + spotMove,
    volatility: volatilityMove,
    skew: 'none',
    weight: 1,
    extended: false,
  })
}
