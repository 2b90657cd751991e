import type { ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import { AdapterError, ask, SchemaError } from '@plimsoll/client'
import type {
  AsOf,
  Existence,
  Fidelity,
  Flag,
  MarginAccount,
  Mark,
  Owner,
  PlimsollError,
  ReadFailure,
} from '@plimsoll/model'
import { accountId, markId, reconcile } from '@plimsoll/model'
import { harbourModule, healthE18 } from './margin.js'
import {
  COLLATERAL,
  DEBT,
  DEBT_PRICE_E8,
  HARBOUR_CHAIN,
  HEALTH_DECIMALS,
  PRICE_DECIMALS,
} from './market.js'
import type { Market, Position } from './requests.js'
import { marketQuery, positionCall } from './requests.js'

type Block = Extract<AsOf, { kind: 'block' }>
type EvmOwner = Extract<Owner, { kind: 'evm' }>

const COLLATERAL_MARK = markId(`harbour/${HARBOUR_CHAIN}/${COLLATERAL.symbol}`)
const DEBT_MARK = markId(`harbour/${HARBOUR_CHAIN}/${DEBT.symbol}`)
const PRICE_LIMIT_MS = 3_600_000
const EXISTENCE_MS = 60_000
const TWO_PRICES =
  'Harbour answered two prices at one block, which cannot be. Check the node, and read again.'

const FROZEN: Flag = {
  code: 'market-frozen',
  severity: 'warning',
  message: 'The market is frozen: nothing can be borrowed.',
}

/** The arithmetic is checked against the contract in the tests: 0 units in every case there. */
export const HARBOUR_FIDELITY: Fidelity = { grade: 'verified', cases: 100 }

/** Reads every owner in one round: one call each, and the market's parameters. */
export function* readHarbour(context: ReadContext): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError('Harbour is read at a block. Add its chain to the client.')
  }
  const owners = context.owners.filter(isReadable)
  // #region round
  const [market, ...positions] = yield* ask([
    marketQuery,
    ...owners.map((owner) => positionCall(owner.address)),
  ])
  // #endregion

  const accounts: MarginAccount[] = []
  const failures: ReadFailure[] = market.ok ? [] : [failure(market.error, null)]
  const existence = new Map(
    context.owners.map((owner) => [owner.id, stated(owner, 'none', block)] as const),
  )
  const held: { readonly owner: EvmOwner; readonly position: Position }[] = []
  for (const [index, owner] of owners.entries()) {
    const answer = positions[index]
    if (answer?.ok !== true) {
      if (answer !== undefined) failures.push(failure(answer.error, owner))
      existence.set(owner.id, stated(owner, 'unknown', block))
    } else if (answer.value.collateral > 0n || answer.value.debt > 0n) {
      existence.set(owner.id, stated(owner, 'has', block))
      held.push({ owner, position: answer.value })
    }
  }
  const first = held[0]?.position
  const isOnePrice = held.every(({ position }) => samePrice(position, first))
  if (!isOnePrice) failures.push(failure(new SchemaError(TWO_PRICES), null))
  // Without parameters, or with two prices, no account can be judged: the failure says so.
  if (market.ok && isOnePrice) {
    for (const { owner, position } of held) {
      accounts.push(accountOf(owner, block, position, market.value))
    }
  }

  return {
    accounts,
    assets: accounts.length > 0 ? [COLLATERAL, DEBT] : [],
    marks: accounts.length > 0 && first !== undefined ? marksOf(first) : [],
    shared: {},
    existence: [...existence.values()],
    failures,
    asOf: [],
  } satisfies ReadResult
}

/** Every answer repeats the price of the market: at one block it is one price. */
function samePrice(position: Position, first: Position | undefined): boolean {
  return position.priceE8 === first?.priceE8 && position.pricedAt === first.pricedAt
}

function isReadable(owner: Owner): owner is EvmOwner {
  return owner.kind === 'evm' && (owner.chain === null || owner.chain === HARBOUR_CHAIN)
}

function accountOf(
  owner: EvmOwner,
  block: Block,
  position: Position,
  market: Market,
): MarginAccount {
  const recomputed = healthE18({ ...position, ...market, debtPriceE8: DEBT_PRICE_E8 })
  return {
    id: accountId(`harbour/${HARBOUR_CHAIN}/${owner.address}`),
    owner: owner.id,
    venue: 'harbour',
    label: 'Harbour',
    asOf: block,
    recourse: false,
    rule: {
      tag: harbourModule.tag,
      version: harbourModule.version,
      numeraire: 'USD',
      modes: {},
      parameters: { thresholdBps: market.thresholdBps },
      shared: [],
    },
    legs: [
      {
        id: 'collateral',
        kind: 'collateral',
        asset: COLLATERAL.id,
        mark: COLLATERAL_MARK,
        amount: { raw: position.collateral, decimals: COLLATERAL.decimals },
        counts: true,
      },
      {
        id: 'debt',
        kind: 'debt',
        asset: DEBT.id,
        mark: DEBT_MARK,
        amount: { raw: position.debt, decimals: DEBT.decimals },
      },
    ],
    dependsOn: [],
    reconciliation: reconcile('harbour 1', [
      {
        name: 'health',
        reported: { raw: position.healthE18, decimals: HEALTH_DECIMALS },
        recomputed: { raw: recomputed ?? 0n, decimals: HEALTH_DECIMALS },
        residual: distance(position.healthE18, recomputed ?? 0n) / 10 ** HEALTH_DECIMALS,
        tolerance: 0,
      },
    ]),
    fidelity: HARBOUR_FIDELITY,
    flags: market.frozen ? [FROZEN] : [],
  }
}

function marksOf(position: Position): readonly Mark[] {
  const price = { raw: position.priceE8, decimals: PRICE_DECIMALS }
  const one = { raw: DEBT_PRICE_E8, decimals: PRICE_DECIMALS }
  const common = { numeraire: 'USD', confidence: null, source: 'venue-oracle' } as const
  return [
    {
      ...common,
      id: COLLATERAL_MARK,
      asset: COLLATERAL.id,
      min: price,
      mid: price,
      max: price,
      feed: 'harbour',
      timeMs: position.pricedAt * 1000,
      stalenessLimitMs: PRICE_LIMIT_MS,
    },
    {
      ...common,
      id: DEBT_MARK,
      asset: DEBT.id,
      min: one,
      mid: one,
      max: one,
      feed: 'fixed',
      timeMs: null,
      stalenessLimitMs: null,
    },
  ]
}

function stated(owner: Owner, state: Existence['state'], block: Block): Existence {
  return {
    adapter: 'harbour',
    chain: HARBOUR_CHAIN,
    owner: owner.id,
    state,
    asOf: state === 'unknown' ? null : block,
    validForMs: state === 'unknown' ? 0 : EXISTENCE_MS,
  }
}

function failure(error: PlimsollError, owner: Owner | null): ReadFailure {
  return {
    adapter: 'harbour',
    chain: HARBOUR_CHAIN,
    owner: owner?.id ?? null,
    error: error.name,
    message: error.shortMessage,
  }
}

function distance(a: bigint, b: bigint): number {
  return Number(a > b ? a - b : b - a)
}
