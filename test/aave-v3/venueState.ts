import type { MarginState } from '@plimsoll/adapters/lending/aave-v3/exact'
import {
  type AccountId,
  type AssetId,
  accountId,
  erc20,
  type MarginAccount,
  type Mark,
  type MarkId,
  markId,
  type Native,
  ownerId,
  type SharedKey,
  sharedKey,
  type VenueState,
} from '@plimsoll/model'
import { configurationWord } from '../contracts/aave-v3/storage.js'

export const OWNER = '0x00000000000000000000000000000000000000aa'
export const POOL = '0x00000000000000000000000000000000000000bb'
export const POOL_KEY: SharedKey = sharedKey(`aave-v3/1/${POOL}`)
export const ACCOUNT: AccountId = accountId(`${POOL_KEY}/${OWNER}`)

/** Token, asset and mark of a position, by its name. */
export const tokenOf = (name: string): `0x${string}` =>
  `0x${Array.from(name)
    .reduce((sum, letter) => sum * 131n + BigInt(letter.charCodeAt(0)), 1n)
    .toString(16)
    .padStart(40, '0')}`
export const assetOf = (name: string): AssetId => erc20(1, tokenOf(name))
const markOf = (name: string): MarkId => markId(`${POOL_KEY}/price/${tokenOf(name)}`)

/** A state as the model holds it: the account, its marks and what it shares. */
export function venueStateOf(state: MarginState): VenueState {
  const shared = new Map<SharedKey, Native>([[POOL_KEY, state.pool]])
  const marks = new Map<MarkId, Mark>()
  for (const { asset, price, reserve } of state.positions) {
    const id = markOf(asset)
    const amount = { raw: price, decimals: 8 }
    marks.set(id, {
      id,
      asset: assetOf(asset),
      numeraire: 'USD',
      min: amount,
      mid: amount,
      max: amount,
      confidence: null,
      source: 'venue-oracle',
      feed: 'aave-oracle',
      timeMs: null,
      stalenessLimitMs: null,
    })
    shared.set(sharedKey(`${POOL_KEY}/reserve/${tokenOf(asset)}`), {
      asset: assetOf(asset),
      mark: id,
      data: [
        configurationWord(reserve),
        reserve.liquidityIndex,
        reserve.liquidityRate,
        reserve.variableBorrowIndex,
        reserve.variableBorrowRate,
        0n,
        BigInt(reserve.lastUpdate),
        BigInt(reserve.id),
        ...Array.from({ length: 6 }, () => 0n),
        reserve.isolationModeTotalDebt,
      ],
      gracePeriodUntil: reserve.gracePeriodUntil,
      hasVariableDebt: reserve.hasVariableDebt,
    })
  }
  if (state.eMode !== null) {
    shared.set(sharedKey(`${POOL_KEY}/emode/${state.eMode.id}`), state.eMode)
  }
  const account: MarginAccount = {
    id: ACCOUNT,
    owner: ownerId(OWNER),
    venue: 'aave-v3',
    label: 'Test',
    asOf: {
      kind: 'block',
      chain: 1,
      number: 1n,
      hash: `0x${'11'.repeat(32)}`,
      timestamp: state.at,
    },
    recourse: false,
    rule: {
      tag: 'aave-v3',
      version: 1,
      numeraire: 'USD',
      modes: { emode: String(state.eMode?.id ?? 0) },
      parameters: { pool: POOL, poolKey: POOL_KEY },
      shared: [...shared.keys()],
    },
    legs: state.positions.flatMap((position) => {
      const { asset, scaledSupply, scaledDebt, stableDebt, reserve } = position
      const common = { asset: assetOf(asset), mark: markOf(asset) }
      const { decimals } = reserve
      return [
        ...(scaledSupply > 0n || position.usedAsCollateral
          ? [
              {
                ...common,
                kind: 'collateral' as const,
                id: `supply:${tokenOf(asset)}`,
                amount: { raw: scaledSupply, decimals },
                counts: position.usedAsCollateral,
                native: scaledSupply,
              },
            ]
          : []),
        ...(position.borrowing
          ? [
              {
                ...common,
                kind: 'debt' as const,
                id: `debt:${tokenOf(asset)}`,
                amount: { raw: scaledDebt + stableDebt, decimals },
                native: [scaledDebt, stableDebt],
              },
            ]
          : []),
      ]
    }),
    dependsOn: [],
    reconciliation: { status: 'reconciled', formulaVersion: 'aave-v3@1', checks: [] },
    fidelity: { grade: 'exact' },
    flags: [],
  }
  return { account, marks, assets: new Map(), shared, at: state.at }
}
