import { forwardPrice } from '../pricing/black76.js'
import { fastLogRatio, fillLogTables } from '../pricing/fastLog.js'
import { logRatio } from '../pricing/log.js'
import type { OptionArrays } from '../pricing/optionArrays.js'
import { cdfAt, fillTable, NODES_PER_UNIT, POSITION_OF_ZERO } from './tableCdf.js'

/** Below this σ√T the accurate formula prices: 1/(σ√T) would magnify the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

/**
 * Undiscounted options whose venue quotes them: in a scenario the quote moves as the model's price
 * does, and never below 0.
 */
export type QuotedOptions = OptionArrays & {
  /** Signed, in units of the underlying. */
  readonly quantity: Float64Array
  /** ln(forward ÷ strike): see {@link refreshMoneyness}. */
  readonly moneyness: Float64Array
  /** Of one option today, as its venue has it. */
  readonly quote: Float64Array
  /** Scratch: the model's price of one option today. */
  readonly today: Float64Array
}

/** Spot moves under columns of volatility. */
export type QuotedGrid = {
  /** Multipliers of spot. */
  readonly spots: Float64Array
  /** Their natural logarithms. */
  readonly logSpots: Float64Array
  readonly columns: number
  /** The first column has all spots, every other one the first `core` of them. */
  readonly core: number
}

/** ln(forward ÷ strike) of every option, without allocation where the ratio is from 1/16 to 32. */
export function refreshMoneyness({ count, forward, strike, moneyness }: QuotedOptions): void {
  fillLogTables()
  for (let option = 0; option < count; option++) {
    const k = strike[option] ?? NaN
    moneyness[option] = fastLogRatio(forward[option] ?? NaN, k, 1 / k)
  }
  for (let option = 0; option < count; option++) {
    if (!Number.isNaN(moneyness[option] ?? NaN)) continue
    moneyness[option] = logRatio(forward[option] ?? NaN, strike[option] ?? NaN)
  }
}

/**
 * Adds Σ quantity × change of the quote to every cell, by Black-76 with the table Φ of `tableCdf`:
 * within 2e-15 of quantity × (shocked forward + strike) an option. Nothing is allocated for a cell, but
 * for options without volatility or at a forward or strike of 0, which the accurate formula prices.
 *
 * @param totals shocked σ√T, [options × columns], row-major
 * @param out [columns × spots], row-major, added to
 */
export function addQuotedProfits(
  options: QuotedOptions,
  totals: Float64Array,
  grid: QuotedGrid,
  out: Float64Array,
): void {
  const { count, call, quantity, forward, strike, moneyness, quote, today } = options
  const { spots, logSpots, columns, core } = grid
  fillTable()
  priceToday(options)
  for (let option = 0; option < count; option++) {
    const size = quantity[option] ?? NaN
    const k = strike[option] ?? NaN
    const f = forward[option] ?? NaN
    // Of a put, −1: F·Φ(d₁) − K·Φ(d₂) becomes K·Φ(−d₂) − F·Φ(−d₁) without a branch.
    const sign = call[option] === 0 ? -1 : 1
    const onForward = sign * f
    const onStrike = sign * k
    const before = quote[option] ?? NaN
    const unmoved = today[option] ?? NaN
    const ratio = moneyness[option] ?? NaN
    const isPriced = f > 0 && k > 0
    for (let column = 0; column < columns; column++) {
      const total = totals[option * columns + column] ?? NaN
      const first = column * spots.length
      const last = column === 0 ? spots.length : core
      if (total < LEAST_TOTAL_VOLATILITY || !isPriced) {
        addAccurately(options, option, column, totals, grid, out)
        continue
      }
      // Positions in the table, not d₁ and d₂ themselves.
      const slope = (sign * NODES_PER_UNIT) / total
      const shift = sign * NODES_PER_UNIT * total
      const middle = POSITION_OF_ZERO + 0.5 * shift
      for (let spot = 0; spot < last; spot++) {
        const d1 = (ratio + (logSpots[spot] ?? NaN)) * slope + middle
        const model = onForward * (spots[spot] ?? NaN) * cdfAt(d1) - onStrike * cdfAt(d1 - shift)
        const moved = before + (model - unmoved)
        out[first + spot] = (out[first + spot] ?? NaN) + size * (Math.max(0, moved) - before)
      }
    }
  }
}

/** Today's model prices by the formula of the cells: what does not move gains nothing, to the last bit. */
function priceToday({
  count,
  call,
  forward,
  strike,
  volatility,
  years,
  moneyness,
  today,
}: QuotedOptions): void {
  for (let option = 0; option < count; option++) {
    const f = forward[option] ?? NaN
    const k = strike[option] ?? NaN
    const total = (volatility[option] ?? NaN) * Math.sqrt(years[option] ?? NaN)
    const sign = call[option] === 0 ? -1 : 1
    const slope = (sign * NODES_PER_UNIT) / total
    const shift = sign * NODES_PER_UNIT * total
    const d1 = (moneyness[option] ?? NaN) * slope + (POSITION_OF_ZERO + 0.5 * shift)
    if (f > 0 && k > 0 && total >= LEAST_TOTAL_VOLATILITY) {
      today[option] = sign * f * cdfAt(d1) - sign * k * cdfAt(d1 - shift)
    } else today[option] = forwardPrice(sign > 0, f, k, total)
  }
}

/** One option in one column of volatility, by {@link forwardPrice}. */
function addAccurately(
  options: QuotedOptions,
  option: number,
  column: number,
  totals: Float64Array,
  { spots, columns, core }: QuotedGrid,
  out: Float64Array,
): void {
  const total = totals[option * columns + column] ?? NaN
  const before = options.quote[option] ?? NaN
  const isCall = options.call[option] !== 0
  const last = column === 0 ? spots.length : core
  for (let spot = 0, at = column * spots.length; spot < last; spot++, at++) {
    const forward = (options.forward[option] ?? NaN) * (spots[spot] ?? NaN)
    const model = forwardPrice(isCall, forward, options.strike[option] ?? NaN, total)
    const moved = before + (model - (options.today[option] ?? NaN))
    const gain = (options.quantity[option] ?? NaN) * (Math.max(0, moved) - before)
    out[at] = (out[at] ?? NaN) + gain
  }
}
