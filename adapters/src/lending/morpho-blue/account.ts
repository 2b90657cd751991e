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
import { type Address, zeroAddress } from 'viem'
import { resolveAsset } from '../../assets/index.js'
import type { KnownToken } from '../tokens.js'
import { legsOf } from './bridge.js'
import type { MorphoBlueDeployment } from './deployments.js'
import { morphoBlueModule } from './module.js'
import { marketKeyOf, priceDecimals, type RuleParameters, type SharedMarket } from './shared.js'
import type { ReadMarket, ReadPosition } from './snapshot.js'

type Block = NonNullable<ReadContext['block']>

/** Which arithmetic an account's numbers come from; travels with them. */
const FORMULA = `${morphoBlueModule.tag}@${morphoBlueModule.version}`

/** What the accounts of a market share. */
export type MarketParts = {
  readonly key: SharedKey
  readonly shared: SharedMarket
  readonly parameters: RuleParameters
  readonly numeraire: string
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
}

/** A market's assets, marks and shared state. Without a dollar price it counts in its own loan asset. */
export function marketParts(
  { chain, morpho }: MorphoBlueDeployment,
  { known, state, price, dollars }: ReadMarket,
): MarketParts {
  const key = marketKeyOf(chain, morpho, known.id)
  const assetOf = ({ address, symbol, decimals }: KnownToken): Asset =>
    resolveAsset({ id: erc20(chain, address), symbol, decimals })
  const loan = assetOf(known.loan)
  const numeraire = dollars === null ? loan.id : 'USD'
  const unit = dollars ?? { raw: 1n, decimals: 0 }
  const markOf = (name: string, asset: Asset, value: Mark['mid'], feed: string): Mark => ({
    id: markId(`${key}/price/${name}`),
    asset: asset.id,
    numeraire,
    min: value,
    mid: value,
    max: value,
    confidence: null,
    source: name === 'loan' ? 'market' : 'venue-oracle',
    feed,
    timeMs: null,
    stalenessLimitMs: null,
  })
  const loanMark = markOf('loan', loan, unit, dollars === null ? 'fixed' : 'aave-oracle')
  const collateral = known.collateral === null ? null : assetOf(known.collateral)
  const decimals = priceDecimals(loan.decimals, collateral?.decimals ?? 0) + unit.decimals
  // The exact product: divided by the loan asset's mark it is the oracle's answer again.
  const collateralMark =
    collateral === null
      ? null
      : markOf('collateral', collateral, { raw: price * unit.raw, decimals }, 'morpho-oracle')
  return {
    key,
    numeraire,
    shared: {
      ...state,
      loan: { asset: loan.id, mark: loanMark.id, decimals: known.loan.decimals },
      collateral:
        known.collateral === null || collateral === null || collateralMark === null
          ? null
          : {
              asset: collateral.id,
              mark: collateralMark.id,
              decimals: known.collateral.decimals,
            },
    },
    parameters: {
      morpho,
      marketId: known.id,
      marketKey: key,
      loanToken: known.loan.address,
      collateralToken: known.collateral?.address ?? zeroAddress,
      oracle: known.oracle,
      irm: known.irm,
      lltv: known.lltv,
    },
    assets: collateral === null ? [loan] : [loan, collateral],
    marks: collateralMark === null ? [loanMark] : [loanMark, collateralMark],
  }
}

/** The account of one owner in one market; null without anything in it. */
export function marginAccount(
  { name }: MorphoBlueDeployment,
  market: ReadMarket,
  parts: MarketParts,
  owner: { readonly id: OwnerId; readonly address: Address },
  position: ReadPosition,
  block: Block,
): MarginAccount | null {
  const { shared, key } = parts
  const state = { ...position, market: market.state, price: market.price, at: block.timestamp }
  const legs = legsOf(state, shared)
  if (legs.length === 0) return null
  const { loan, collateral, lltv } = market.known
  const percent = Number(lltv / 10n ** 14n) / 100
  return {
    id: accountId(`${key}/${owner.address}`),
    owner: owner.id,
    venue: 'morpho-blue',
    label: `${name} ${collateral?.symbol ?? 'no collateral'}/${loan.symbol} ${percent} %`,
    asOf: block,
    recourse: false,
    rule: {
      tag: morphoBlueModule.tag,
      version: morphoBlueModule.version,
      numeraire: parts.numeraire,
      modes: {},
      parameters: parts.parameters,
      shared: [key],
    },
    legs,
    dependsOn: [{ node: nodeId('venue:morpho-blue'), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA, checksOf(market)),
    fidelity: { grade: market.state.rate.kind === 'observed' ? 'modelled' : 'exact' },
    flags: flagsOf(market),
  }
}

/** The rate model's own answer beside ours: no residual is tolerated. */
function checksOf({ rate }: ReadMarket): readonly Check[] {
  if (rate === null) return []
  const amount = (raw: bigint) => ({ raw, decimals: 18 })
  return [
    {
      name: 'borrowRate',
      reported: amount(rate.reported),
      recomputed: amount(rate.recomputed),
      residual: Math.abs(Number(rate.reported - rate.recomputed)) / 1e18,
      tolerance: 0,
    },
  ]
}

function flagsOf({ dollars, known }: ReadMarket): readonly Flag[] {
  if (dollars !== null) return []
  return [
    {
      code: 'no-dollar-price',
      severity: 'warning',
      message: `No dollar price of ${known.loan.symbol} is known on this chain: the account is counted in ${known.loan.symbol}, and totals over accounts leave it out.`,
    },
  ]
}
