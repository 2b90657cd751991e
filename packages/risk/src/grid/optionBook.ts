import { ScenarioError } from '../errors.js'

/**
 * European options on forwards as a struct of arrays, one entry each: what the grid kernels read. One
 * book may mix underlyings and expiries as long as one grid of spot multipliers moves them all.
 */
export type OptionBook = {
  readonly count: number
  /** 1 a call, 0 a put. */
  readonly call: Uint8Array
  /** Signed, in units of the underlying. */
  readonly size: Float64Array
  /** Not negative. */
  readonly strike: Float64Array
  /** Part of the forward that moves with spot. */
  readonly forward: Float64Array
  /**
   * Part that is already averaged in and moves no longer, as in the settlement window of a
   * time-weighted average; added to it. 0 elsewhere.
   */
  readonly forwardFixed: Float64Array
  /** Years of 365 days to expiry; not negative. */
  readonly years: Float64Array
  /** Discount factor to expiry; 1 where the venue prices undiscounted. */
  readonly discount: Float64Array
  /** Discounted price of one option that P&L is measured from; 0 to get values. */
  readonly reference: Float64Array
}

/** An {@link OptionBook} of `count` options, all zero but the discount factors, which are 1. */
export function emptyOptionBook(count: number): OptionBook {
  return {
    count,
    call: new Uint8Array(count),
    size: new Float64Array(count),
    strike: new Float64Array(count),
    forward: new Float64Array(count),
    forwardFixed: new Float64Array(count),
    years: new Float64Array(count),
    discount: new Float64Array(count).fill(1),
    reference: new Float64Array(count),
  }
}

/** The spot moves of a grid and how many columns of volatility it has. */
export type StressGrid = {
  /** Multipliers of spot, 1 today. */
  readonly spots: Float64Array
  /** Their natural logarithms. */
  readonly logSpots: Float64Array
  /** Columns of volatility: 3 for up, unmoved and down. */
  readonly columns: number
}

/** @throws ScenarioError when an array of the book or of its volatilities is too short. */
export function checkBook(book: OptionBook, grid: StressGrid, volatilities: Float64Array): void {
  const { count, call, size, strike, forward, forwardFixed, years, discount, reference } = book
  const shortest = Math.min(
    call.length,
    size.length,
    strike.length,
    forward.length,
    forwardFixed.length,
    years.length,
    discount.length,
    reference.length,
  )
  if (shortest < count) {
    throw new ScenarioError(
      `A book of ${count} options has an array of ${shortest} entries. Give every array one entry for each option.`,
    )
  }
  if (volatilities.length < count * grid.columns) {
    throw new ScenarioError(
      `${count} options and ${grid.columns} columns of volatility need ${count * grid.columns} volatilities, not ${volatilities.length}. Give each option its shocked volatility for each column, option by option.`,
    )
  }
}

/** @throws ScenarioError when `out` is not `rows` grids long. */
export function checkRoom(out: Float64Array, rows: number, grid: StressGrid): void {
  const cells = rows * grid.columns * grid.spots.length
  if (out.length !== cells) {
    throw new ScenarioError(
      `A result of ${rows} × ${grid.columns} volatilities × ${grid.spots.length} spots takes ${cells} numbers, not ${out.length}. Give an array of that length.`,
    )
  }
}
