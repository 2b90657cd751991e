import type { Adapter } from '@plimsoll/client'
import { deferredModule, defineAdapter, lazily } from '@plimsoll/client'
import { STANDARD_CASES, STRESS_CASES } from './fidelity.js'
import { HOSTS } from './hosts.js'
import { PORTFOLIO, STANDARD, STRESS } from './rules.js'

const reading = lazily('reads Derive', async () => import('./read.js'))

// Option kernels and all: each rule is loaded for the accounts that it judges.
const standard = deferredModule(STANDARD, async () => (await import('./margin.js')).standardModule)
const portfolio = deferredModule(
  PORTFOLIO,
  async () => (await import('./portfolio-margin.js')).portfolioModule,
)
const stress = deferredModule(STRESS, async () => (await import('./stress-margin.js')).stressModule)

export { FeedError, SubaccountUnavailableError, VenueRefusedError } from './errors.js'

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
    hosts: HOSTS,
    history: 'none',
    discovery: 'private/get_all_portfolios lists every subaccount of a wallet',
    fidelity: {
      standard: { grade: 'verified', cases: STANDARD_CASES },
      portfolio: { grade: 'modelled' },
      stress: { grade: 'verified', cases: STRESS_CASES },
    },
    read: async (context) => (await reading()).readDerive(context),
    modules: [standard, portfolio, stress],
  })
}
