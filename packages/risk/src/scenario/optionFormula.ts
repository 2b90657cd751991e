import type { ScenarioBook, ScenarioContingency } from '@plimsoll/model'
import { multiplierOf, optionWorth } from './bookProfits.js'

type OptionFormula = Extract<ScenarioContingency, { readonly kind: 'option-formula' }>

/**
 * Charge of one option by a formula of its own, now, in the book's unit; NaN where the book has no
 * such leg.
 */
export function optionFormulaCharge(
  book: ScenarioBook,
  { leg, size, formula }: OptionFormula,
  polynomial: boolean,
  multipliers: Float64Array,
): number {
  const spot = book.spot * multiplierOf(multipliers, book.spotMark)
  for (const expiry of book.expiries) {
    for (const option of expiry.options) {
      if (option.leg !== leg) continue
      if (formula.kind === 'premium') {
        const move = multiplierOf(multipliers, expiry.forwardMark)
        const price = optionWorth(book, expiry, option, polynomial, move)
        return size * Math.min(formula.premium * price, formula.spot * spot)
      }
      const outOfTheMoney = option.right === 'call' ? option.strike - spot : spot - option.strike
      const charge = Math.max(
        formula.inTheMoney * spot - Math.max(0, outOfTheMoney),
        formula.outOfTheMoney * spot,
      )
      return size * (formula.cap === null ? charge : Math.min(charge, formula.cap * spot))
    }
  }
  return Number.NaN
}
