import type { ReadContext } from '@plimsoll/client'
import {
  type Asset,
  accountId,
  type Check,
  erc20,
  type Flag,
  type MarginAccount,
  type Mark,
  markId,
  nodeId,
  type OwnerId,
  reconcile,
  type SharedKey,
} from '@plimsoll/model'
import type { Address } from 'viem'
import { resolveAsset } from '../../assets/index.js'
import type { KnownToken } from '../tokens.js'
import { PRICE_DECIMALS } from './arithmetic.js'
import { legsOf } from './bridge.js'
import type { CompoundV3Market } from './deployments.js'
import { accountValue, isLiquidatableView, utilization } from './margin.js'
import { compoundV3Module, VERIFIED_CASES } from './module.js'
import { marketKeyOf, type SharedMarket } from './shared.js'
import type { ReadAccount, ReadAsset, ReadMarket } from './snapshot.js'
import type { MarginState } from './state.js'

type Block = NonNullable<ReadContext['block']>

/** Which arithmetic an account's numbers come from; travels with them. */
const FORMULA = `${compoundV3Module.tag}@${compoundV3Module.version}`

/** What the accounts of a market share. */
export type MarketParts = {
  readonly key: SharedKey
  readonly shared: SharedMarket
  readonly numeraire: string
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
}

/** A market's assets, marks and shared state. Without a dollar price it counts in its own base token. */
export function marketParts(
  { chain, comet, pricesIn }: CompoundV3Market,
  { memory, state, basePrice, dollars }: ReadMarket,
  collateral: readonly ReadAsset[],
): MarketParts {
  const key = marketKeyOf(chain, comet)
  const assetOf = ({ address, symbol, decimals }: KnownToken): Asset =>
    resolveAsset({ id: erc20(chain, address), symbol, decimals })
  const base = assetOf(memory.base)
  const isInDollars = pricesIn === 'dollars'
  const numeraire = isInDollars || dollars !== null ? 'USD' : base.id
  const unit = (isInDollars ? null : dollars) ?? { raw: 1n, decimals: 0 }
  const markOf = (name: string, asset: Asset, price: bigint): Mark => {
    // The exact product: over the base token's mark it is the feed's answer again.
    const value = { raw: price * unit.raw, decimals: PRICE_DECIMALS + unit.decimals }
    return {
      id: markId(`${key}/price/${name}`),
      asset: asset.id,
      numeraire,
      min: value,
      mid: value,
      max: value,
      confidence: null,
      source: 'venue-oracle',
      feed: isInDollars || dollars === null ? 'compound-v3-feed' : 'compound-v3-feed × aave-oracle',
      timeMs: null,
      stalenessLimitMs: null,
    }
  }
  const baseMark = markOf('base', base, basePrice)
  const parts = collateral.map(({ known, price, ...rest }) => {
    const asset = assetOf(known.token)
    const mark = markOf(String(known.offset), asset, price)
    const { decimals } = known.token
    return {
      asset,
      mark,
      shared: { ...rest, offset: known.offset, asset: asset.id, mark: mark.id, decimals },
    }
  })
  return {
    key,
    numeraire,
    shared: {
      ...state,
      basePrice: isInDollars ? null : basePrice,
      baseToken: { asset: base.id, mark: baseMark.id, decimals: memory.base.decimals },
      collateral: parts.map(({ shared }) => shared),
    },
    assets: [base, ...parts.map(({ asset }) => asset)],
    marks: [baseMark, ...parts.map(({ mark }) => mark)],
  }
}

/** The account of one owner in one market; null without anything in it. */
export function marginAccount(
  { name, comet, pricesIn }: CompoundV3Market,
  market: ReadMarket,
  assets: readonly ReadAsset[],
  parts: MarketParts,
  owner: { readonly id: OwnerId; readonly address: Address },
  account: ReadAccount,
  block: Block,
): MarginAccount | null {
  const { shared, key, numeraire } = parts
  const state: MarginState = {
    market: market.state,
    basePrice: market.basePrice,
    principal: account.principal,
    collateral: assets.map(({ known, ...asset }) => ({
      ...asset,
      balance: account.balances.get(known.offset) ?? 0n,
    })),
    at: block.timestamp,
  }
  const legs = legsOf(state, shared.baseToken, shared.collateral)
  if (legs.length === 0) return null
  return {
    id: accountId(`${key}/${owner.address}`),
    owner: owner.id,
    venue: 'compound-v3',
    label: `Compound v3 ${name}`,
    asOf: block,
    recourse: false,
    rule: {
      tag: compoundV3Module.tag,
      version: compoundV3Module.version,
      numeraire,
      modes: {},
      parameters: { comet, marketKey: key, baseToken: market.memory.base.address },
      shared: [key],
    },
    legs,
    dependsOn: [{ node: nodeId('venue:compound-v3'), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA, checksOf(state, market, account)),
    fidelity: { grade: 'verified', cases: VERIFIED_CASES },
    flags: [
      ...pauseFlags(market.state),
      ...liquidityFlags(state),
      ...(pricesIn === 'base-token' && market.dollars === null ? [noDollarPrice(market)] : []),
    ],
  }
}

/** The market's own numbers beside ours: no residual is tolerated. */
function checksOf(
  state: MarginState,
  market: ReadMarket,
  { reported }: ReadAccount,
): readonly Check[] {
  const check = (name: string, told: bigint, own: bigint, decimals: number): Check => ({
    name,
    reported: { raw: told, decimals },
    recomputed: { raw: own, decimals },
    residual: Math.abs(Number(told - own)) / 10 ** decimals,
    tolerance: 0,
  })
  const { supplied, borrowed } = accountValue(state)
  const { decimals } = market.memory.base
  return [
    check('balanceOf', reported.supplied, supplied, decimals),
    check('borrowBalanceOf', reported.borrowed, borrowed, decimals),
    check('isLiquidatable', BigInt(reported.isLiquidatable), BigInt(isLiquidatableView(state)), 0),
    check('getUtilization', market.utilization, utilization(market.state), 18),
  ]
}

function pauseFlags({ pauses }: MarginState['market']): readonly Flag[] {
  const texts = {
    supply: 'Supplying is paused: neither collateral can be added nor debt repaid.',
    withdraw: 'Withdrawing is paused: nothing can be taken out or borrowed.',
    absorb: 'Absorbing is paused: liquidations wait until it ends.',
    buy: 'Buying absorbed collateral is paused: the market keeps it.',
  }
  return (['supply', 'withdraw', 'absorb', 'buy'] as const)
    .filter((action) => pauses[action])
    .map((action) => ({
      code: `${action}-paused`,
      severity: 'warning',
      message: texts[action],
    }))
}

function liquidityFlags(state: MarginState): readonly Flag[] {
  const { supplied } = accountValue(state)
  const { baseHeld } = state.market
  const flags: Flag[] = []
  if (supplied > baseHeld) {
    flags.push({
      code: 'liquidity-short',
      severity: 'warning',
      message: `The market holds ${baseHeld} raw units of its base token, less than the ${supplied} lent here: not all of it can be withdrawn now.`,
    })
  }
  if (
    state.collateral.some((asset) => asset.balance > 0n && asset.totalSupplied >= asset.supplyCap)
  ) {
    flags.push({
      code: 'supply-cap-reached',
      severity: 'note',
      message: 'The supply cap of a collateral asset is reached: no more of it can be added.',
    })
  }
  return flags
}

function noDollarPrice({ memory: { base } }: ReadMarket): Flag {
  return {
    code: 'no-dollar-price',
    severity: 'warning',
    message: `No dollar price of ${base.symbol} is known on this chain: the account is counted in ${base.symbol}, and totals over accounts leave it out.`,
  }
}
