import { readPortfolio } from '@plimsoll/client'
import type { FactorId } from '@plimsoll/model'
import { asOfMs, factorId, formatAmount } from '@plimsoll/model'
import { assess, whatIf } from '@plimsoll/risk'
import { assessRisk, DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { casualties, DEFAULT_THRESHOLDS, renderReport, renderWhatIf } from 'plimsoll'
import { healthFactor, liquidationSucceeds } from './lendingVenue.js'
import { ETH_PRICE, POSITION, SHOCK } from './story.js'
import type { World } from './world.js'
import { startWorld } from './world.js'

export type DemoOptions = {
  readonly write: (text: string) => void
  readonly color: boolean
  readonly signal: AbortSignal
}

const ETH: FactorId = factorId('spot:ETH')
const LENDING = 'aave-v3/'

/** Tells the whole story once, on a local chain and local servers that are gone when it ends. */
export async function runDemo({ write, color, signal }: DemoOptions): Promise<void> {
  const style = { color, unicode: true }
  const heading = (text: string) => {
    signal.throwIfAborted()
    write(`\n━━ ${text}\n`)
  }
  heading('1  A local chain with the real Aave v3 contracts, and two venues served from fixtures')
  const world = await startWorld(signal)
  try {
    const { client, owner, venue } = world
    write(
      `${owner} lends ${POSITION.weth} WETH and borrows ${POSITION.usdc} USDC on chain, is short ETH perps on Hyperliquid and short ETH calls on Derive (synthetic answers, served locally). ETH is ${ETH_PRICE} USD everywhere.`,
    )

    heading('2  One portfolio, read through the public API; one report')
    const portfolio = await readPortfolio(client, { owners: [owner], signal })
    const options = { modules: client.modules, nowMs: world.nowMs }
    const view = { portfolio, thresholds: DEFAULT_THRESHOLDS, style }
    const market = DEFAULT_MARKET_STATE
    write(renderReport({ ...view, report: assessRisk(portfolio, { ...options, market }) }))

    heading(
      `3  ETH falls by ${-SHOCK * 100} %: the portfolio is hedged, and still one account goes`,
    )
    const scenario = { factors: { [ETH]: SHOCK } }
    write(
      renderWhatIf({
        ...view,
        result: whatIf(portfolio, scenario, options),
        casualties: casualties(portfolio, scenario, options),
      }),
    )

    heading('4  The on-chain price really falls: contract and report agree')
    await venue.setPrice('WETH', BigInt(Math.round(ETH_PRICE * (1 + SHOCK))) * 10n ** 8n)
    write(await agreement(world))
  } finally {
    await world.stop()
  }
}

async function agreement({ client, owner, lender, venue }: World): Promise<string> {
  const portfolio = await readPortfolio(client, { owners: [owner] })
  const block = portfolio.asOf.find((asOf) => asOf.kind === 'block')
  if (block === undefined) throw new RangeError('The local chain was not read.')
  const report = assess(portfolio, { modules: client.modules, nowMs: asOfMs(block) })
  const account = report.accounts.find(({ account: id }) => id.startsWith(LENDING))
  const health = account?.reconciliation.checks.find(({ name }) => name === 'healthFactor')
  const onChain = await healthFactor(venue, owner, block.number)
  const callable = await liquidationSucceeds(venue, owner, lender, block.number)
  const recomputed = health === undefined ? 'unknown' : formatAmount(health.recomputed)
  const contract = formatAmount({ raw: onChain, decimals: 18 })
  const isEqual = contract === recomputed && account?.liquidatable === callable
  return [
    `contract   health factor ${contract}   liquidation call ${callable ? 'succeeds' : 'reverts'}`,
    `report     health factor ${recomputed}   ${account?.liquidatable === true ? 'liquidatable' : 'not liquidatable'}`,
    isEqual ? 'Equal to the last digit.' : 'They differ. That is a defect: please report it.',
  ].join('\n')
}
