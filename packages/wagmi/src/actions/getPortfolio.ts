import type { ReadPortfolioErrorType, ReadPortfolioParameters } from '@plimsoll/client'
import { readPortfolio } from '@plimsoll/client'
import type { Portfolio } from '@plimsoll/model'
import type { Config } from '@wagmi/core'
import type {
  GetPlimsollClientErrorType,
  GetPlimsollClientParameters,
} from './getPlimsollClient.js'
import { getPlimsollClient } from './getPlimsollClient.js'

export type GetPortfolioParameters<config extends Config = Config> =
  GetPlimsollClientParameters<config> & ReadPortfolioParameters
export type GetPortfolioReturnType = Portfolio
export type GetPortfolioErrorType = GetPlimsollClientErrorType | ReadPortfolioErrorType

/**
 * Reads what the owners hold through a wagmi config's connections: one `eth_call` a chain and round.
 * What cannot be read is a failure in the portfolio, never an empty list.
 *
 * @example
 * import { getPortfolio } from '@plimsoll/wagmi'
 *
 * const portfolio = await getPortfolio(config, { owners: ['0x…'], adapters: [harbour] })
 *
 * @throws InvalidIdError when there is no owner or one is malformed
 * @throws ChainError when a chain is not in the config
 * @throws AdapterError when no adapter reads an owner
 */
export async function getPortfolio<config extends Config>(
  config: config,
  parameters: GetPortfolioParameters<config>,
): Promise<Portfolio> {
  const { owners, blockNumbers, signal, ...options } = parameters
  return readPortfolio(getPlimsollClient(config, options), {
    owners,
    ...(blockNumbers === undefined ? {} : { blockNumbers }),
    ...(signal === undefined ? {} : { signal }),
  })
}
