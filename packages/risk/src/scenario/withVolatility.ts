import type { ScenarioBook, ScenarioExpiry, ScenarioOption } from '@plimsoll/model'
import { modelWorth } from './bookProfits.js'
import { computedDelta } from './deltas.js'

/**
 * A book at other volatilities: what the venue quotes of an option (price, delta) moves by as much as
 * the model's.
 *
 * @param multiplier of every implied volatility
 */
export function withVolatility(
  book: ScenarioBook,
  polynomial: boolean,
  multiplier: number,
): ScenarioBook {
  return {
    ...book,
    expiries: book.expiries.map((expiry) => ({
      ...expiry,
      options: expiry.options.map((option) =>
        shockedOption(book, expiry, option, polynomial, multiplier),
      ),
    })),
  }
}

function shockedOption(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  option: ScenarioOption,
  polynomial: boolean,
  multiplier: number,
): ScenarioOption {
  const { price, delta } = option
  const model = {
    ...option,
    price: null,
    impliedVolatility: option.impliedVolatility * multiplier,
  }
  const change = (measure: typeof modelWorth) =>
    measure(book, expiry, model, polynomial, 1) -
    measure(book, expiry, { ...option, price: null }, polynomial, 1)
  return {
    ...model,
    price: price === null ? null : Math.max(0, price + change(modelWorth)),
    delta: delta === null ? null : delta + change(computedDelta),
  }
}
