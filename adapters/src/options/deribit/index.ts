import type { Adapter } from '@plimsoll/client'
import { defineAdapter, lazily } from '@plimsoll/client'
import { FIDELITY, FUTURES_FIDELITY } from './fidelity.js'
import { HOSTS } from './hosts.js'
import { standardModule } from './margin.js'
import { portfolioModule } from './portfolio.js'
import { reportedModule } from './reported.js'

const reading = lazily('reads Deribit', async () => import('./read.js'))

export { InconsistentAnswerError, MissingParameterError, VenueRefusedError } from './errors.js'
export type {
  CurrencyParameters,
  ModelParameters,
  PairParameters,
  RiskVectors,
} from './margin-answer.js'
export type { OptionRequirements } from './parameters.js'
export { optionRequirements } from './parameters.js'
export type {
  BookedLinear,
  BookedOption,
  BookMarks,
  MarginBook,
  OtherMargin,
  PortfolioMargin,
} from './portfolio-margin.js'
export { portfolioMargin, scenarioBook } from './portfolio-margin.js'
export { EXTENDED_MOVES, stressScenarios } from './scenarios.js'
export type { MarginedOption, Margins } from './standard-margin.js'
export { optionMargins } from './standard-margin.js'
export { portfolioModule, reportedModule, standardModule }

/**
 * Deribit: options, futures and perpetuals, one account a currency where margin is segregated, else one
 * over all currencies. Owners are `venue:deribit:<account number>`; give the client a signer named
 * `deribit:<account number>` for each.
 *
 * @example
 * const client = createClient({
 *   chains: [],
 *   adapters: [deribit()],
 *   auth: { 'deribit:12345': deribitSigner({ clientId, sign: hmacSha256(clientSecret) }) },
 * })
 */
export function deribit(): Adapter {
  return defineAdapter({
    id: 'deribit',
    name: 'Deribit',
    kind: 'venue',
    family: 'options',
    chains: [],
    hosts: HOSTS,
    history: 'none',
    discovery:
      'private/get_account_summaries shows every currency of an account, get_positions all positions',
    fidelity: { ...FIDELITY, segregated_pm_futures: FUTURES_FIDELITY },
    read: async (context) => (await reading()).readDeribit(context),
    modules: [standardModule, portfolioModule, reportedModule],
  })
}
