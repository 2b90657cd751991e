import type { RiskReport } from '@plimsoll/model'
import type { Config } from '@wagmi/core'
import type { GetRiskReportParameters } from '../actions/getRiskReport.js'
import { getRiskReport } from '../actions/getRiskReport.js'
import type { GetPortfolioOptions, GetPortfolioQueryKey } from './getPortfolioQueryOptions.js'
import { getPortfolioQueryKey } from './getPortfolioQueryOptions.js'
import type { QueryOptions } from './queryOptions.js'
import { ownersQuery } from './queryOptions.js'

/** As `getRiskReport`; without `owners` (no wallet connected) the query is disabled. */
export type GetRiskReportOptions<
  config extends Config = Config,
  Query extends object = object,
> = GetPortfolioOptions<config, Query> & Pick<GetRiskReportParameters<config>, 'assess'>

export type GetRiskReportQueryKey = readonly [
  'plimsoll',
  'riskReport',
  GetPortfolioQueryKey[2] & { readonly assess: NonNullable<GetRiskReportParameters['assess']> },
]
export type GetRiskReportQueryOptions<Query extends object = object> = QueryOptions<
  RiskReport,
  GetRiskReportQueryKey,
  Query
>

/**
 * Query options of `getRiskReport` for TanStack Query.
 *
 * @example
 * const query = useQuery(getRiskReportQueryOptions(config, { owners: [address], adapters }))
 */
export function getRiskReportQueryOptions<config extends Config, Query extends object = object>(
  config: config,
  options: GetRiskReportOptions<config, Query>,
): GetRiskReportQueryOptions<Query> {
  const { query: _query, scopeKey: _scopeKey, owners: _owners, ...parameters } = options
  return ownersQuery(options, getRiskReportQueryKey(options), (owners, signal) =>
    getRiskReport<config>(config, { ...parameters, owners, signal }),
  )
}

/** The key of `getRiskReportQueryOptions`, for invalidating or reading the cache. */
export function getRiskReportQueryKey<config extends Config>(
  options: GetRiskReportOptions<config>,
): GetRiskReportQueryKey {
  const [scope, , key] = getPortfolioQueryKey(options)
  return [scope, 'riskReport', { ...key, assess: options.assess ?? {} }]
}
