import type {
  AccountReport,
  Health,
  LiquidationPrice,
  MarginAccount,
  Portfolio,
  RiskReport,
} from '@plimsoll/model'
import {
  accountId,
  factorId,
  nativeCoin,
  ownerId,
  PORTFOLIO_FORMAT,
  REPORT_FORMAT,
  reconcile,
  unlistedAsset,
} from '@plimsoll/model'

/** An example for tests: a loan, the perp that hedges it, and a wallet. */

export const OWNER: RiskReport['owners'][number] = ownerId(
  '0xab58a0ecf0b4d0c9bd7a3c1f0f3a9e2c1d4e1234',
)
const ETHER = nativeCoin(1)
const NOW_MS = 1_795_530_910_000

export function examplePrice(below: number | null, above: number | null): LiquidationPrice {
  return {
    ray: { kind: 'factor', factor: factorId('spot:ETH') },
    below,
    above,
    moveBelow: below === null ? null : below / 3000 - 1,
    moveAbove: above === null ? null : above / 3000 - 1,
  }
}

export function exampleAccount(
  name: string,
  health: Health,
  more: Partial<AccountReport> = {},
): AccountReport {
  return {
    account: accountId(`${name}/1/x`),
    owner: OWNER,
    venue: name,
    label: `Example ${name}`,
    health,
    liquidatable: health.value === null ? null : health.value < 1,
    equity: 250_000,
    initialMargin: null,
    maintenanceMargin: 120_000.4,
    excess: 129_999.6,
    liquidationPrices: [examplePrice(2410.4, null)],
    reconciliation: { status: 'reconciled', formulaVersion: '1', checks: [] },
    fidelity: { grade: 'verified', cases: 12 },
    flags: [],
    material: true,
    ...more,
  }
}

/** Two accounts that hedge each other, and a wallet that owes nothing. */
export function exampleReport(more: Partial<RiskReport> = {}): RiskReport {
  const loan = exampleAccount('lender', { value: 1.2399 })
  const perp = exampleAccount(
    'exchange',
    { value: 2.5 },
    {
      liquidationPrices: [examplePrice(null, 3600)],
      fidelity: { grade: 'modelled' },
      reconciliation: { status: 'unreconciled', formulaVersion: '1', checks: [] },
      equity: 40_000,
      maintenanceMargin: 8000,
    },
  )
  const wallet = exampleAccount(
    'wallet',
    { value: null, reason: 'no-requirement', message: 'Nothing is owed.' },
    {
      liquidatable: false,
      liquidationPrices: [],
      maintenanceMargin: null,
      equity: 512.5,
      fidelity: { grade: 'exact' },
      reconciliation: { status: 'not-reported', formulaVersion: '1', checks: [] },
      material: false,
    },
  )
  return {
    format: REPORT_FORMAT,
    nowMs: NOW_MS,
    numeraire: 'USD',
    owners: [OWNER],
    equity: 290_512.5,
    grossAssets: 900_000,
    debt: 609_487.5,
    notional: 300_000,
    accounts: [perp, wallet, loan],
    weakest: loan.account,
    health: { value: 1.2399 },
    healthUpperBound: 1.2399,
    netDeltas: [
      { factor: factorId('peg:USDC/USD'), net: -609_487.5, gross: 609_487.5, byAccount: {} },
      { factor: factorId('spot:ETH'), net: 600_512.5, gross: 1_200_512.5, byAccount: {} },
      { factor: factorId('spot:DUST'), net: 0.2, gross: 0.2, byAccount: {} },
    ],
    risk: null,
    requirement: {
      siloed: 128_000.4,
      netted: 70_000,
      notGranted: 58_000.4,
      capitalEfficiency: 0.55,
    },
    quality: [
      {
        code: 'modelled',
        severity: 'warning',
        account: perp.account,
        message: 'Example exchange: the rule is modelled from documents.',
      },
    ],
    failures: [],
    ...more,
  }
}

/** A report with a venue that could not be read. */
export function exampleUnreadReport(): RiskReport {
  const message = 'The node timed out after 10,000 ms. Try again, or use another node.'
  return exampleReport({
    health: { value: null, reason: 'unknown', message: 'Not everything could be read.' },
    quality: [
      {
        code: 'unread',
        severity: 'unknown',
        account: null,
        message: `bank on chain 1: TimeoutError: ${message}`,
      },
    ],
    failures: [{ adapter: 'bank', chain: 1, owner: null, error: 'TimeoutError', message }],
  })
}

/** An account with a label and nothing else. */
export function exampleLeglessAccount(name: string): MarginAccount {
  return {
    id: accountId(`${name}/1/x`),
    owner: OWNER,
    venue: name,
    label: `Example ${name}`,
    asOf: { kind: 'time', timeMs: NOW_MS },
    recourse: false,
    rule: { tag: 'none', version: 1, numeraire: 'USD', modes: {}, parameters: null, shared: [] },
    legs: [],
    dependsOn: [],
    reconciliation: reconcile('1', []),
    fidelity: { grade: 'modelled' },
    flags: [],
  }
}

/** The portfolio of the example report. */
export function examplePortfolio(accounts: readonly MarginAccount[] = []): Portfolio {
  const block = {
    kind: 'block',
    chain: 1,
    number: 21_000_000n,
    hash: `0x${'0'.repeat(64)}`,
    timestamp: NOW_MS / 1000 - 12,
  } as const
  return {
    format: PORTFOLIO_FORMAT,
    owners: [OWNER],
    asOf: [block, { kind: 'time', timeMs: NOW_MS - 1000 }],
    skewMs: 11_000,
    accounts,
    assets: [unlistedAsset({ id: ETHER, symbol: 'ETH', decimals: 18 })],
    marks: [],
    shared: {},
    existence: [],
    failures: [],
  }
}
