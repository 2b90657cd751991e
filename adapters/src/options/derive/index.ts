import type { Adapter } from '@plimsoll/client'
import { defineAdapter, lazily } from '@plimsoll/client'
import { STANDARD_CASES, STRESS_CASES } from './fidelity.js'
import { standardModule } from './margin.js'
import { portfolioModule } from './portfolio-margin.js'
import { stressModule } from './stress-margin.js'

const reading = lazily('reads Derive', async () => import('./read.js'))

export { FeedError, SubaccountUnavailableError, VenueRefusedError } from './errors.js'
export { PERPETUAL_STRESS } from './perpetual-parameters.js'
export type {
  StaticDiscount,
  StaticRates,
  StressedCollateral,
  StressedExpiry,
  StressedPortfolio,
  StressParameters,
} from './scenario-margin.js'
export { stressTest, worstScenario } from './scenario-margin.js'
export type {
  ContingencyParameters,
  HeldCollateral,
  HeldExpiry,
  HeldMarket,
  HeldOption,
  HeldPerp,
  MarginType,
  OptionParameters,
  Ratios,
  StandardMargin,
  StandardPortfolio,
} from './standard-margin.js'
export { isolatedMargin, optionMark, standardMargin } from './standard-margin.js'
export { stressResult } from './stress-margin.js'
export type { CollateralHaircuts, StressRule } from './stress-rule.js'
export { portfolioModule, standardModule, stressModule }

/**
 * Derive V3: options, perps and cross collateral, one account a subaccount. Reading is private:
 * give the client a signer named `derive`.
 *
 * @example
 * const client = createClient({
 *   chains: [],
 *   adapters: [derive()],
 *   auth: { derive: deriveSigner([{ wallet, signMessage }]) },
 * })
 */
export function derive(): Adapter {
  return defineAdapter({
    id: 'derive',
    name: 'Derive',
    kind: 'venue',
    family: 'options',
    chains: [],
    hosts: {
      api: {
        url: 'https://api.derive.xyz',
        // The documented limit of reads without a market-maker agreement.
        budget: { weight: 10, windowMs: 1000 },
        browser: 'proxy',
      },
    },
    history: 'none',
    discovery: 'private/get_all_portfolios lists every subaccount of a wallet',
    fidelity: {
      standard: { grade: 'verified', cases: STANDARD_CASES },
      portfolio: { grade: 'modelled' },
      stress: { grade: 'verified', cases: STRESS_CASES },
    },
    read: async (context) => (await reading()).readDerive(context),
    modules: [standardModule, portfolioModule, stressModule],
  })
}
