import { PlimsollError } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'

/** One option held on the underlying of a book. */
export type BookOption = {
  readonly right: 'call' | 'put'
  /** USD. */
  readonly strike: number
  /** Years of 365 days to expiry; not negative. */
  readonly years: number
  /** Forward to expiry, USD; spot where the venue quotes none. */
  readonly forward: number
  /** Units of the underlying, signed: negative is sold. */
  readonly size: number
  /** Annualised, as a fraction. */
  readonly impliedVolatility: number
  /** Price of one, USD. */
  readonly mark: number
}

/** A position whose value moves with the underlying: spot, perp or dated future. */
export type BookLinear = {
  /** Units of the underlying, signed. */
  readonly size: number
  /** USD. */
  readonly price: number
}

/** Everything held on one underlying, as margin systems without a reader take it. */
export type OptionBook = {
  /** USD. */
  readonly spot: number
  readonly options: readonly BookOption[]
  readonly linear: readonly BookLinear[]
}

/** What a margin system asks for a book. */
export type BookMargin = {
  /** To open risk, USD. */
  readonly initial: number
  /** Below which it liquidates, USD. */
  readonly maintenance: number
  /**
   * Parts of the system that the figures leave out, because no source states them. When it is not
   * empty the figures are lower bounds.
   */
  readonly notModelled: readonly string[]
}

/** A position, price or parameter given to a margin system is not a usable number. */
export class MarginInputError extends PlimsollError {
  override readonly name = 'MarginInputError'
}

/** Whether a number is finite and not negative. */
const isUsable = (value: number): boolean => value >= 0 && value < Infinity

/**
 * Refuses numbers that would make a requirement NaN, infinite or too small.
 *
 * @throws MarginInputError naming the first number that is not finite and not negative.
 */
export function requireUsable(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (isUsable(value)) continue
    throw new MarginInputError(
      `Cannot compute a margin with ${name} ${value}: it must be a finite number that is not negative. Check the position, its mark and the parameters.`,
    )
  }
}

/**
 * Refuses a book with a number that is not usable.
 *
 * @throws MarginInputError when spot is not positive, a size is not finite, or another number is
 * negative or not finite.
 */
export function requireUsableBook({ spot, options, linear }: OptionBook): void {
  requireUsable({ spot })
  if (spot === 0) {
    throw new MarginInputError(
      'Cannot compute a margin at spot 0. Give the price of the underlying.',
    )
  }
  for (const { size, ...numbers } of options) {
    const { strike, years, forward, impliedVolatility, mark } = numbers
    requireUsable({ '|size|': Math.abs(size), strike, years, forward, impliedVolatility, mark })
  }
  for (const { size, price } of linear) requireUsable({ '|size|': Math.abs(size), price })
}

/**
 * Refuses linear positions, where leaving them out would make the figure too small.
 *
 * @throws MarginInputError when the book holds any.
 */
export function requireOptionsOnly({ linear }: OptionBook, system: string): void {
  const held = linear.find(({ size }) => size !== 0)
  if (held === undefined) return
  throw new MarginInputError(
    `${system} cannot judge a linear position of ${held.size}. Leave such positions out, and say so.`,
  )
}

/** Options sold, each with its size as a positive number. */
export function soldOptions({ options }: OptionBook): readonly BookOption[] {
  return options.filter(({ size }) => size < 0).map((held) => ({ ...held, size: -held.size }))
}

/**
 * Profit of a book, USD, when spot moves by the fraction `spotMove` and every implied volatility by
 * the fraction `volatilityMove` at once. Options are Black-76 on their forward, which
 * moves with spot, undiscounted, before and after: their marks do not matter.
 *
 * @throws MarginInputError when a move takes spot or a volatility below zero.
 */
export function bookProfit(book: OptionBook, spotMove: number, volatilityMove: number): number {
  requireUsable({ 'spot after the move': 1 + spotMove, 'volatility after it': 1 + volatilityMove })
  let profit = 0
  for (const { size, price } of book.linear) profit += size * price * spotMove
  for (const { right, strike, years, forward, size, impliedVolatility } of book.options) {
    const base = { right, strike, years, discount: 1 }
    const before = black76Price({ ...base, forward, volatility: impliedVolatility })
    const after = black76Price({
      ...base,
      forward: forward * (1 + spotMove),
      volatility: impliedVolatility * (1 + volatilityMove),
    })
    profit += size * (after - before)
  }
  return profit
}

/** One move of a stress test and the profit of the book under it, USD. */
export type StressedMove = {
  readonly spotMove: number
  readonly volatilityMove: number
  readonly profit: number
}

/**
 * The move of a grid under which a book loses most; the first of equals.
 *
 * @throws MarginInputError when the grid is empty or a move is out of range.
 */
export function worstMove(
  book: OptionBook,
  spotMoves: readonly number[],
  volatilityMoves: readonly number[],
): StressedMove {
  const moves = spotMoves.flatMap((spotMove) =>
    volatilityMoves.map((volatilityMove) => ({
      spotMove,
      volatilityMove,
      profit: bookProfit(book, spotMove, volatilityMove),
    })),
  )
  const [first, ...rest] = moves
  if (first === undefined) {
    throw new MarginInputError('A stress test has no moves. Give at least one of each kind.')
  }
  return rest.reduce((worst, move) => (move.profit < worst.profit ? move : worst), first)
}
