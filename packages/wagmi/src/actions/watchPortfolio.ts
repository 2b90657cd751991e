import type {
  WatchPortfolioErrorType as WatchErrorType,
  WatchPortfolioParameters as WatchParameters,
} from '@plimsoll/client'
import { watchPortfolio as watch } from '@plimsoll/client'
import type { Config } from '@wagmi/core'
import type {
  GetPlimsollClientErrorType,
  GetPlimsollClientParameters,
} from './getPlimsollClient.js'
import { getPlimsollClient } from './getPlimsollClient.js'

export type WatchPortfolioParameters<config extends Config = Config> =
  GetPlimsollClientParameters<config> & WatchParameters
/** Ends the watch. */
export type WatchPortfolioReturnType = () => void
export type WatchPortfolioErrorType = GetPlimsollClientErrorType | WatchErrorType

/**
 * Reads what the owners hold through a wagmi config's connections, and again with every new block, or
 * every interval where a venue has none. What was told is current until `onStale` says otherwise.
 *
 * @example
 * const unwatch = watchPortfolio(config, {
 *   owners: ['0x…'],
 *   adapters: [harbour],
 *   onPortfolio: (portfolio) => show(portfolio),
 *   onStale: ({ sinceMs, error }) => showUnknown(sinceMs, error.shortMessage),
 * })
 * unwatch()
 *
 * @throws InvalidIdError when there is no owner or one is malformed
 * @throws ChainError when a chain is not in the config
 * @throws AdapterError when no adapter reads an owner
 * @throws WatchError when an interval or limit is no positive number of milliseconds
 */
export function watchPortfolio<config extends Config>(
  config: config,
  parameters: WatchPortfolioParameters<config>,
): WatchPortfolioReturnType {
  return watch(getPlimsollClient(config, parameters), parameters)
}
