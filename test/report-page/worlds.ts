import type { MarginAccount, MarketState, Portfolio } from '@plimsoll/model'
import { factorId, parseAmount } from '@plimsoll/model'
import { assessRisk } from '@plimsoll/risk/score'
import type { PageView } from 'plimsoll'
import { DEFAULT_THRESHOLDS } from 'plimsoll'
import { MODULES } from '../risk/toyModules.js'
import {
  ASSETS,
  account,
  cash,
  collateral,
  debt,
  NOW_MS,
  OWNER,
  option,
  perp,
  portfolioOf,
} from '../risk/toyWorld.js'
import { MARKET } from '../risk/unifiedWorld.js'

/** Text of a token or venue that means harm. */
export const HOSTILE =
  '"\'><script>document.title="owned"</script><img src=x onerror=alert(1)>{b|x}&lt;\u202e'

const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 9300 },
}

const ACCOUNTS: readonly MarginAccount[] = [
  account(
    'toy/1/loan',
    'toy-lending',
    [collateral('weth', '10'), collateral('wbtc', '0.5'), debt('usdc', '26000')],
    THRESHOLDS,
  ),
  account('toy/1/short', 'toy-perps', [cash('15000'), perp('ethIndex', '-6')], {
    tiers: { 'perp-ethIndex': [[0, 500]] },
  }),
  account('toy/1/calls', 'toy-wallet', [option({ size: parseAmount('4') }), cash('500')]),
]

/** A view of a portfolio assessed under a market state, or without one. */
export function viewOf(portfolio: Portfolio, market: MarketState | null): PageView {
  const options = { modules: MODULES, nowMs: NOW_MS, paths: 2_000, scenarios: 2_000 }
  const report = assessRisk(portfolio, market === null ? options : { ...options, market })
  return { report, portfolio, market, thresholds: DEFAULT_THRESHOLDS, version: '1.2.3' }
}

/** Pages of what can be seen: all known, nothing read, a market state that expired, none, and harm. */
export const VIEWS: { readonly [name: string]: PageView } = {
  hedged: viewOf(portfolioOf(ACCOUNTS), {
    ...MARKET,
    depths: [
      {
        factor: factorId('spot:ETH'),
        dailyVolume: 1e8,
        points: [
          { notional: 0, price: 1 },
          { notional: 1e6, price: 0.97 },
        ],
        provenance: MARKET.defaults.spot.provenance,
      },
    ],
  }),
  unread: viewOf(
    portfolioOf(ACCOUNTS, {
      failures: [
        { adapter: 'bank', chain: 1, owner: null, error: 'TimeoutError', message: 'Try again.' },
      ],
    }),
    MARKET,
  ),
  unpriced: viewOf(
    portfolioOf([
      ...ACCOUNTS,
      account('toy/1/sold', 'toy-wallet', [option({ id: 'sold', impliedVolatility: null })]),
    ]),
    MARKET,
  ),
  expired: viewOf(portfolioOf(ACCOUNTS), { ...MARKET, expiresAtMs: NOW_MS - 1 }),
  marketless: viewOf(portfolioOf(ACCOUNTS), null),
  empty: viewOf(portfolioOf([]), MARKET),
  hostile: viewOf(
    portfolioOf(
      ACCOUNTS.map((each) => ({ ...each, label: `${HOSTILE} ${each.label}`, venue: HOSTILE })),
      {
        assets: ASSETS.map((each) => ({ ...each, symbol: `${HOSTILE}${each.symbol}` })),
        failures: [{ adapter: HOSTILE, chain: 1, owner: OWNER, error: HOSTILE, message: HOSTILE }],
      },
    ),
    { ...MARKET, source: HOSTILE },
  ),
}
