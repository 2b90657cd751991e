import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Health } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { http } from 'viem'

/** Reads everything that an address holds at two venues, and says how near it is to liquidation. */
export async function marginHealth(
  owner: string,
  rpcUrl: string,
  adapters = [aaveV3(), hyperliquid()],
): Promise<string> {
  const client = createClient({ chains: [{ id: 1, transport: http(rpcUrl) }], adapters })
  const portfolio = await readPortfolio(client, { owners: [owner] })
  const report = assess(portfolio, { modules: client.modules, nowMs: Date.now() })

  const lines = report.accounts.map(
    ({ label, health, equity }) => `${label}: ${text(health)}, equity ${equity ?? 'unknown'} USD`,
  )
  const unread = report.failures.map(
    ({ adapter, message }) => `${adapter} was not read: ${message}`,
  )
  return [...lines, ...unread, `Portfolio: ${text(report.health)}`].join('\n')
}

/** 1 is where the venue liquidates. What is not known is never a number. */
function text(health: Health): string {
  return health.value === null ? health.message : `health ${health.value.toFixed(4)}`
}
