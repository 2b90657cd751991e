import type { Native, SharedKey } from '@plimsoll/model'
import { FeedError } from './errors.js'
import { toWei } from './fixed-point.js'
import { CONTINGENCY, marketParameters, PARAMETERS_SOURCE } from './parameters.js'
import type { CollateralState, MarketState } from './state.js'
import { collateralKey, marketKey } from './state.js'
import type { Subaccount, Surroundings } from './subaccount.js'
import { otherCollateral, positionCurrencies } from './subaccount.js'

/**
 * What a standard subaccount reads and others share: the parameters of its underlyings and the
 * factors of its collateral.
 *
 * @throws FeedError when the venue states no factor for a collateral.
 */
export function sharedStates(
  subaccount: Subaccount,
  { currencies }: Surroundings,
): { readonly [key: SharedKey]: Native } {
  const universe = subaccount.answer.risk_universe_id
  const shared: { [key: SharedKey]: Native } = {}
  for (const currency of positionCurrencies(subaccount)) {
    const state: MarketState = {
      parameters: marketParameters(currency),
      source: PARAMETERS_SOURCE,
    }
    shared[marketKey(currency)] = state
  }
  for (const { asset_name, currency } of otherCollateral(subaccount)) {
    const factors = currencies
      .get(currency)
      ?.spot.find(({ name }) => name === asset_name)
      ?.universes.find(({ risk_universe_id }) => risk_universe_id === universe)
    if (factors === undefined) {
      throw new FeedError(
        `Derive states no collateral factor for ${asset_name} in risk universe ${universe}. Read again; report the venue if it stays.`,
      )
    }
    const state: CollateralState = {
      factors: {
        initial: [toWei(factors.srm_im_discount)],
        maintenance: [toWei(factors.srm_mm_discount)],
      },
      contingency: CONTINGENCY,
    }
    shared[collateralKey(universe, asset_name)] = state
  }
  return shared
}
