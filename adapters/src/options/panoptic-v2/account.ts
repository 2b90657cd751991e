import type { ReadContext } from '@plimsoll/client'
import type {
  Amount,
  Asset,
  Check,
  Leg,
  MarginAccount,
  Mark,
  Native,
  OwnerId,
} from '@plimsoll/model'
import { accountId, erc20, markId, nativeCoin, nodeId, reconcile, toNumber } from '@plimsoll/model'
import { listedAsset, nativeAsset, resolveAsset } from '../../assets/index.js'
import { amountsAt, amountsMoved } from './amounts.js'
import { type Holdings, positionRequirements } from './margin.js'
import type { PoolMemory, TokenMemory } from './memory.js'
import { panopticV2Module } from './module.js'
import { liquidationTicks } from './oracle.js'
import type { KnownPool } from './pools.js'
import type { OracleReading, OwnerReading } from './snapshot.js'
import { type PoolState, poolKey, priceAt, ROLES, roleLeg } from './state.js'
import { decodeTokenId, type Token } from './token-id.js'

type Block = NonNullable<ReadContext['block']>

/** What the accounts of a pool refer to. */
export type PoolParts = {
  readonly state: PoolState
  readonly assets: readonly [Asset, Asset]
  readonly marks: readonly [Mark, Mark]
}

const TOKENS = [0, 1] as const
const COIN = /^0x0{40}$/
const FORMULA = 'panoptic-v2@1'

/** The tokens of a pool, its prices and its state. @throws MalformedCallAnswerError for a price of nothing */
export function poolParts(
  { chain, address, quote, numeraire }: KnownPool,
  { tokens, engine }: PoolMemory,
  { stated: oracle }: OracleReading,
  { timestamp }: Block,
): PoolParts {
  const id = (token: Token) => markId(`panoptic-v2/${chain}/${address}/${token}`)
  const assets = [assetOf(chain, tokens[0]), assetOf(chain, tokens[1])] as const
  const state: PoolState = {
    engine,
    oracle,
    quote,
    tokens: [
      { decimals: tokens[0].decimals, mark: id(0) },
      { decimals: tokens[1].decimals, mark: id(1) },
    ],
  }
  const mark = (token: Token): Mark => {
    const prices = liquidationTicks(oracle).map((tick) => priceAt(tick, token, state))
    const rising = [...prices].sort((a, b) => (a.raw < b.raw ? -1 : 1))
    const mid = priceAt(oracle.twap, token, state)
    return {
      id: id(token),
      asset: assets[token].id,
      numeraire,
      min: rising[0] ?? mid,
      mid,
      max: rising.at(-1) ?? mid,
      confidence: null,
      source: 'venue-oracle',
      feed: token === quote ? 'fixed' : 'uniswap-average',
      timeMs: timestamp * 1000,
      stalenessLimitMs: null,
    }
  }
  return { state, assets, marks: [mark(0), mark(1)] }
}

function assetOf(chain: number, { token, symbol, decimals }: TokenMemory): Asset {
  const coin = COIN.test(token) ? nativeAsset(chain) : null
  const id = coin?.id ?? (COIN.test(token) ? nativeCoin(chain) : erc20(chain, token))
  return resolveAsset({ id, symbol: listedAsset(id)?.symbol ?? symbol, decimals })
}

/** An owner's account in a pool; null when there is nothing in it. */
export function marginAccount(
  pool: KnownPool,
  parts: PoolParts,
  oracle: OracleReading,
  owner: { readonly id: OwnerId; readonly address: string },
  reading: OwnerReading,
  block: Block,
): MarginAccount | null {
  const { holdings } = reading
  const legs = legsOf(holdings, parts)
  if (legs.length === 0) return null
  const key = poolKey(pool.chain, pool.address)
  return {
    id: accountId(`${key}/${owner.address}`),
    owner: owner.id,
    venue: 'panoptic-v2',
    label: `Panoptic v2 ${pool.name}`,
    asOf: block,
    recourse: false,
    rule: {
      tag: panopticV2Module.tag,
      version: panopticV2Module.version,
      numeraire: pool.numeraire,
      modes: {},
      parameters: { pool: key, positions: holdings.positions } satisfies Native,
      shared: [key],
    },
    legs,
    dependsOn: [{ node: nodeId('venue:panoptic-v2'), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA, checksOf(parts.state, oracle, reading)),
    fidelity: { grade: 'modelled' },
    flags:
      holdings.positions.length === 0
        ? []
        : [
            {
              code: 'ranges-at-tick',
              severity: 'warning',
              message:
                'Positions are held as what closing them at the averaged tick moves, and their requirement is known at the ticks read: both bend with the price.',
            },
          ],
  }
}

/** What is held in the trackers and as premium, and for each leg of a position what closing it moves. */
function legsOf(holdings: Holdings, { state, marks }: PoolParts): readonly Leg[] {
  const legs: Leg[] = []
  const add = (id: string, token: Token, raw: bigint, isOwed: boolean, native?: Native) => {
    if (raw === 0n) return
    const base = {
      id,
      asset: marks[token].asset,
      mark: marks[token].id,
      amount: { raw, decimals: state.tokens[token].decimals },
      ...(native === undefined ? {} : { native }),
    }
    legs.push(
      isOwed
        ? { kind: 'debt', ...base }
        : { kind: 'collateral', counts: native === undefined, ...base },
    )
  }
  for (const role of ROLES) {
    const isOwed = role === 'interest' || role === 'longPremia'
    for (const token of TOKENS) add(roleLeg(role, token), token, holdings[role][token], isOwed)
  }
  for (const { tokenId, size } of holdings.positions) {
    const { legs: terms, tickSpacing } = decodeTokenId(tokenId)
    terms.forEach((leg, index) => {
      const { tokenType, isLong, width } = leg
      const native = { tokenId, leg: index }
      const id = `${tokenId}/${index}`
      const moved = amountsMoved(leg, size, tickSpacing)[tokenType]
      add(`${id}/moved`, tokenType, moved, !isLong, native)
      if (width === 0) return
      const range = amountsAt(leg, size, tickSpacing, state.oracle.twap)
      for (const token of TOKENS) add(`${id}/range${token}`, token, range[token], isLong, native)
    })
  }
  return legs
}

/** The venue's own numbers beside ours: no residual is tolerated. */
function checksOf(
  { engine, oracle: { current }, tokens }: PoolState,
  { stated, unpacked }: OracleReading,
  { holdings, reported }: OwnerReading,
): readonly Check[] {
  const ticks = (['spot', 'median', 'latest', 'twap', 'safeMode'] as const).map((name) =>
    check(name, whole(stated[name]), whole(unpacked[name])),
  )
  const requirements = positionRequirements(engine, holdings.positions, current)
  const sides = TOKENS.flatMap((token) => {
    const { decimals } = tokens[token]
    const amount = (raw: bigint): Amount => ({ raw, decimals })
    const { assets, interest, netPremia } = reported
    const premia = holdings.shortPremia[token] - holdings.longPremia[token]
    return [
      check(`assets${token}`, amount(assets[token]), amount(holdings.assets[token])),
      check(`interest${token}`, amount(interest[token]), amount(holdings.interest[token])),
      ...(requirements.length === 0
        ? []
        : [check(`premia${token}`, amount(netPremia[token]), amount(premia))]),
      ...requirements.map((ours, index) =>
        check(
          `requirement${token} of position ${index}`,
          amount(reported.requirements[index]?.[token] ?? 0n),
          amount(ours[token]),
        ),
      ),
    ]
  })
  return [...ticks, ...sides]
}

const whole = (value: number): Amount => ({ raw: BigInt(value), decimals: 0 })

function check(name: string, reported: Amount, recomputed: Amount): Check {
  const { decimals } = reported
  const residual = Math.abs(toNumber({ raw: reported.raw - recomputed.raw, decimals }))
  return { name, reported, recomputed, residual, tolerance: 0 }
}
