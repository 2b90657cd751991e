import type { RiskReport } from '@plimsoll/model'
import type { AssessRiskOptions } from '@plimsoll/risk/score'
import { assessRisk } from '@plimsoll/risk/score'
import type { Config } from '@wagmi/core'
import { getPlimsollClient } from './getPlimsollClient.js'
import type { GetPortfolioErrorType, GetPortfolioParameters } from './getPortfolio.js'
import { getPortfolio } from './getPortfolio.js'

export type GetRiskReportParameters<config extends Config = Config> =
  GetPortfolioParameters<config> & {
    /** What `assess` is asked beside the adapters' modules; the instant is now unless given. */
    readonly assess?: Partial<Omit<AssessRiskOptions, 'modules'>>
  }
export type GetRiskReportReturnType = RiskReport
export type GetRiskReportErrorType = GetPortfolioErrorType

/**
 * Reads what the owners hold and assesses it with the adapters' own margin rules. To show the
 * portfolio as well, read it once and `assess` it: `getPortfolioQueryOptions` takes a `select`.
 *
 * @example
 * const report = await getRiskReport(config, { owners: ['0x…'], adapters: [harbour] })
 * report.health // { value: 1.31 }, or null with a reason
 *
 * @throws what getPortfolio and assess throw
 */
export async function getRiskReport<config extends Config>(
  config: config,
  parameters: GetRiskReportParameters<config>,
): Promise<RiskReport> {
  const { assess: options = {}, ...read } = parameters
  const portfolio = await getPortfolio(config, read)
  const { owners: _owners, blockNumbers: _blocks, signal: _signal, ...clientOptions } = read
  const { modules } = getPlimsollClient(config, clientOptions)
  const nowMs = parameters.clock?.now() ?? Date.now()
  return assessRisk(portfolio, { modules, nowMs, ...options })
}
