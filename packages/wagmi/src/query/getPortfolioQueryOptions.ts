import type { Portfolio } from '@plimsoll/model'
import type { Config } from '@wagmi/core'
import type { GetPortfolioParameters } from '../actions/getPortfolio.js'
import { getPortfolio } from '../actions/getPortfolio.js'
import type { QueryOptions, QueryParameter } from './queryOptions.js'
import { ownersQuery } from './queryOptions.js'

/** As `getPortfolio`; without `owners` (no wallet connected) the query is disabled. */
export type GetPortfolioOptions<
  config extends Config = Config,
  Query extends object = object,
> = Omit<GetPortfolioParameters<config>, 'owners' | 'signal'> & {
  readonly owners?: GetPortfolioParameters<config>['owners'] | undefined
} & QueryParameter<Query>

/** Serialisable, and equal for equal reads; what only code can hold (signers, clocks) is not in it. */
export type GetPortfolioQueryKey = readonly [
  'plimsoll',
  'portfolio',
  {
    readonly owners: readonly string[]
    readonly adapters: readonly string[]
    readonly chainIds: readonly number[] | null
    readonly blockNumbers: { readonly [chain: string]: string }
    readonly scopeKey: string | null
  },
]
export type GetPortfolioQueryOptions<Query extends object = object> = QueryOptions<
  Portfolio,
  GetPortfolioQueryKey,
  Query
>

/**
 * Query options of `getPortfolio` for TanStack Query.
 *
 * @example
 * const query = useQuery(getPortfolioQueryOptions(config, { owners: [address], adapters }))
 */
export function getPortfolioQueryOptions<config extends Config, Query extends object = object>(
  config: config,
  options: GetPortfolioOptions<config, Query>,
): GetPortfolioQueryOptions<Query> {
  const { query: _query, scopeKey: _scopeKey, owners: _owners, ...parameters } = options
  return ownersQuery(options, getPortfolioQueryKey(options), (owners, signal) =>
    getPortfolio<config>(config, { ...parameters, owners, signal }),
  )
}

/** The key of `getPortfolioQueryOptions`, for invalidating or reading the cache. */
export function getPortfolioQueryKey<config extends Config>(
  options: GetPortfolioOptions<config>,
): GetPortfolioQueryKey {
  const { owners = [], adapters, chainIds, blockNumbers = {}, scopeKey } = options
  return [
    'plimsoll',
    'portfolio',
    {
      // An address is the same however its letters are written; a venue's account is not.
      owners: owners.map((owner) => (/^(0x|eip155:)/.test(owner) ? owner.toLowerCase() : owner)),
      adapters: adapters.map(({ id }) => id),
      chainIds: chainIds ?? null,
      blockNumbers: Object.fromEntries(
        Object.entries(blockNumbers).map(([chain, number]) => [chain, String(number)]),
      ),
      scopeKey: scopeKey ?? null,
    },
  ]
}
