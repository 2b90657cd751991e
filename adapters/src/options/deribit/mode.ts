import { UnsupportedVenueStateError } from '@plimsoll/model'
import type { CurrencySummary } from './answers.js'
import { InconsistentAnswerError } from './errors.js'

/** How the venue judges a currency. */
export type MarginMode = {
  readonly name: 'segregated_sm' | 'cross_sm' | 'segregated_pm' | 'cross_pm'
  readonly isCross: boolean
  readonly margin: 'standard' | 'portfolio'
}

const MODES: readonly MarginMode[] = [
  { name: 'segregated_sm', isCross: false, margin: 'standard' },
  { name: 'cross_sm', isCross: true, margin: 'standard' },
  { name: 'segregated_pm', isCross: false, margin: 'portfolio' },
  { name: 'cross_pm', isCross: true, margin: 'portfolio' },
]

/**
 * The mode of a currency, which the venue states three times.
 *
 * @throws UnsupportedVenueStateError for a model that is not known, InconsistentAnswerError when the
 * three do not agree.
 */
export function marginMode({
  currency,
  margin_model: model,
  cross_collateral_enabled: isCross,
  portfolio_margining_enabled: isPortfolio,
}: CurrencySummary): MarginMode {
  const mode = MODES.find(({ name }) => name === model)
  if (mode === undefined) {
    throw new UnsupportedVenueStateError(
      `Deribit states margin model "${model.slice(0, 40)}"; segregated_sm, cross_sm, segregated_pm and cross_pm are known. Update the adapter; until then the account is not judged.`,
    )
  }
  if (mode.isCross !== isCross || (mode.margin === 'portfolio') !== isPortfolio) {
    throw new InconsistentAnswerError(
      `Deribit states margin model ${model} of ${currency} and contradicts it beside. Read again.`,
    )
  }
  return mode
}
