import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import type { Adapter } from '@plimsoll/client'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Health } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { http } from 'viem'

/** Reads what an address holds on Ethereum and Hyperliquid, and says how near it is to liquidation. */
export async function marginHealth(
  owner: string,
  rpcUrl: string,
  adapters: readonly Adapter[] = [aaveV3(), hyperliquid()],
): Promise<string> {
  const client = createClient({ chains: [{ id: 1, transport: http(rpcUrl) }], adapters })
  const portfolio = await readPortfolio(client, { owners: [owner] })
  const report = assess(portfolio, { modules: client.modules, nowMs: Date.now() })

  const accounts = report.accounts.map(({ label, health }) => `${label}: ${inWords(health)}`)
  const unread = portfolio.failures.map(({ adapter, message }) => `${adapter}: ${message}`)
  return [...accounts, ...unread, `Portfolio: ${inWords(report.health)}`].join('\n')
}

/** 1 is where the venue liquidates; what is not known is never a number. */
function inWords(health: Health): string {
  return health.value === null ? health.message : `health ${health.value.toFixed(4)}`
}

// node main.js 0xYourAddress https://your.node
const [owner, rpcUrl] = process.argv.slice(2)
if (owner !== undefined && rpcUrl !== undefined) {
  process.stdout.write(`${await marginHealth(owner, rpcUrl)}\n`)
}
