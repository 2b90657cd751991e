import type { Answer, CallRequest } from '@plimsoll/client'
import { MalformedCallAnswerError } from '@plimsoll/client'
import type { PlimsollError } from '@plimsoll/model'
import type { Address } from 'viem'
import { revisionOf } from './arithmetic.js'
import { addressOf, eModeCategoryCall, pricesCall, symbolCall, viewCall, type Words } from './calls.js'
import { askByName, must } from './discover.js'
import { borrows, configuredIds, holds, type KnownOwner, type KnownReserve, type MarketMemory, usesAsCollateral } from './memory.js'
import { decodeReserve } from './reserve.js'
import type { EModeState, PoolState, ReserveState } from './state.js'
import type { Rounds } from './together.js'

/** One owner's answers, or why there are none. */
export type OwnerReading =
  | { readonly ok: false; readonly owner: KnownOwner; readonly error: PlimsollError }
  | {
      readonly ok: true
      readonly owner: KnownOwner
      /** Raw balances by reserve id. */
      readonly scaledSupply: ReadonlyMap<number, bigint>
      readonly scaledDebt: ReadonlyMap<number, bigint>
      readonly stableDebt: ReadonlyMap<number, bigint>
      /** `getUserAccountData`, six words. */
      readonly reported: Words
    }

/** A market at the pinned block, as far as the owners lean on it. */
export type Snapshot = {
  readonly memory: MarketMemory
  readonly pool: PoolState
  readonly reserves: readonly (ReserveState & { readonly token: Address; readonly price: bigint; readonly symbol: string })[]
  readonly eModes: readonly (EModeState & { readonly source: Address | null; readonly price: bigint })[]
  readonly owners: readonly OwnerReading[]
}

/**
 * Reads everything of a market that the owners' accounts need, in one round. When an owner's
 * bits or mode, or the pool's revision, are no longer those of the memory, it says so instead.
 *
 * @param also ids of reserves and e-modes to read beside those in use
 * @throws PlimsollError when an answer that every owner leans on is missing
 */
export function* takeSnapshot(
  memory: MarketMemory,
  timestamp: number,
  also: { readonly reserves: readonly number[]; readonly eModes: readonly number[] },
): Rounds<Snapshot | { readonly changed: MarketMemory }> {
  const rules = revisionOf(memory.revision)
  const { pool, owners } = memory
  const held = memory.reserves.filter(
    ({ id }) => also.reserves.includes(id) || owners.some((owner) => holds(owner, id)),
  )
  const inUse = owners.map(({ eMode }) => eMode)
  const eModes = [...new Set([...inUse, ...also.eModes])].filter((id) => id !== 0)
  const requests = new Map<string, CallRequest<Words>>([
    ['revision', viewCall(pool, 'POOL_REVISION()')],
  ])
  if (held.length > 0) {
    requests.set('prices', pricesCall(memory.oracle, held.map(({ asset }) => BigInt(asset))))
  }
  if (memory.sentinel !== null && rules.isolation && held.length > 0) {
    requests.set('liquidation', viewCall(memory.sentinel, 'isLiquidationAllowed()'))
    requests.set('borrow', viewCall(memory.sentinel, 'isBorrowAllowed()'))
  }
  for (const reserve of held) addReserve(requests, memory, reserve)
  for (const id of eModes) addEMode(requests, memory, id)
  for (const owner of owners) addOwner(requests, memory, owner, held)
  const answers = yield* askByName(requests)

  const word = (name: string): bigint => must(answers(name))[0] ?? 0n
  const revision = Number(word('revision'))
  const now = owners.map((owner) => stateOf(owner, answers))
  const isChanged = now.some(
    (owner, index) =>
      owner !== null &&
      (owner.configuration !== owners[index]?.configuration || owner.eMode !== owners[index]?.eMode),
  )
  if (revision !== memory.revision || isChanged) {
    const changed = now.map((owner, index) => owner ?? owners[index]).filter((owner) => owner !== undefined)
    return { changed: { ...memory, revision, owners: changed } }
  }

  const prices = held.length > 0 ? must(answers('prices')) : []
  const symbols = yield* readSymbols(held)
  const reserves = held.map((reserve, index) => ({
    ...readReserve(reserve, answers, timestamp, rules.gracePeriod),
    hasVariableDebt:
      owners.some((owner) => borrows(owner, reserve.id)) || word(`total ${reserve.id}`) > 0n,
    token: reserve.asset,
    symbol: symbols.get(reserve.asset) ?? reserve.symbol ?? reserve.asset,
    price: priceOf(prices[index], reserve.asset),
  }))
  const sentinel = requests.has('borrow')
    ? { liquidation: word('liquidation') === 1n, borrow: word('borrow') === 1n }
    : null
  return {
    memory: {
      ...memory,
      reserves: memory.reserves.map((reserve) => ({
        ...reserve,
        symbol: symbols.get(reserve.asset) ?? reserve.symbol,
      })),
    },
    pool: { revision, baseUnit: memory.baseUnit, sentinel },
    reserves,
    eModes: eModes.map((id) => readEMode(memory, id, answers)),
    owners: owners.map((owner) => readOwner(owner, held, answers)),
  }
}

type Requests = Map<string, CallRequest<Words>>
type Answers = (name: string) => Answer<Words> | undefined

function addReserve(
  requests: Requests,
  { pool, revision, owners }: MarketMemory,
  { id, asset, variableDebtToken }: KnownReserve,
): void {
  requests.set(`reserve ${id}`, viewCall(pool, 'getReserveData(address)', [BigInt(asset)]))
  if (revisionOf(revision).gracePeriod) {
    requests.set(`grace ${id}`, viewCall(pool, 'getLiquidationGracePeriod(address)', [BigInt(asset)]))
  }
  // Whoever borrows it proves that it has debt.
  if (!owners.some((owner) => borrows(owner, id))) {
    requests.set(`total ${id}`, viewCall(variableDebtToken, 'scaledTotalSupply()'))
  }
}

function addEMode(requests: Requests, memory: MarketMemory, id: number): void {
  const { pool, oracle, revision } = memory
  const rules = revisionOf(revision)
  const args = [BigInt(id)]
  if (rules.eModeAssets === 'category') {
    requests.set(`emode ${id}`, eModeCategoryCall(pool, id))
    const source = sourceOf(memory, id)
    if (source !== null) {
      requests.set(`emode price ${id}`, viewCall(oracle, 'getAssetPrice(address)', [BigInt(source)]))
    }
    return
  }
  requests.set(`emode ${id}`, viewCall(pool, 'getEModeCategoryCollateralConfig(uint8)', args))
  requests.set(`collateral ${id}`, viewCall(pool, 'getEModeCategoryCollateralBitmap(uint8)', args))
  requests.set(`borrowable ${id}`, viewCall(pool, 'getEModeCategoryBorrowableBitmap(uint8)', args))
  if (rules.zeroLtvOf === 'user') {
    requests.set(`ltvzero ${id}`, viewCall(pool, 'getEModeCategoryLtvzeroBitmap(uint8)', args))
  }
  if (!rules.isolation) {
    requests.set(`isolated ${id}`, viewCall(pool, 'getIsEModeCategoryIsolated(uint8)', args))
  }
}

function sourceOf({ eModeSources }: MarketMemory, eMode: number): Address | null {
  return eModeSources.find(({ id }) => id === eMode)?.source ?? null
}

function addOwner(
  requests: Requests,
  { pool, revision }: MarketMemory,
  owner: KnownOwner,
  held: readonly KnownReserve[],
): void {
  const { address } = owner
  const args = [BigInt(address)]
  requests.set(`configuration ${address}`, viewCall(pool, 'getUserConfiguration(address)', args))
  requests.set(`eMode ${address}`, viewCall(pool, 'getUserEMode(address)', args))
  const own = held.filter(({ id }) => holds(owner, id))
  if (own.length === 0) return
  requests.set(`account ${address}`, viewCall(pool, 'getUserAccountData(address)', args))
  for (const { id, aToken, stableDebtToken, variableDebtToken } of own) {
      if (usesAsCollateral(owner, id) || owner.suppliedOnly.includes(id)) {
      requests.set(`supply ${id} ${address}`, viewCall(aToken, 'scaledBalanceOf(address)', args))
    }
    if (!borrows(owner, id)) continue
    requests.set(`debt ${id} ${address}`, viewCall(variableDebtToken, 'scaledBalanceOf(address)', args))
    if (revisionOf(revision).stableDebt && BigInt(stableDebtToken) > 0n) {
      requests.set(`stable ${id} ${address}`, viewCall(stableDebtToken, 'balanceOf(address)', args))
    }
  }
}

function stateOf(owner: KnownOwner, answers: Answers): KnownOwner | null {
  const configuration = answers(`configuration ${owner.address}`)
  const eMode = answers(`eMode ${owner.address}`)
  if (configuration?.ok !== true || eMode?.ok !== true) return null
  const next = { ...owner, configuration: configuration.value[0] ?? 0n }
  // What is no longer used as collateral may still be supplied.
  const released = configuredIds(owner).filter(
    (id) => usesAsCollateral(owner, id) && !usesAsCollateral(next, id),
  )
  const suppliedOnly = [...new Set([...owner.suppliedOnly, ...released])]
  return { ...next, suppliedOnly, eMode: Number(eMode.value[0]) }
}

function readReserve(
  known: KnownReserve,
  answers: Answers,
  timestamp: number,
  hasGracePeriod: boolean,
): Omit<ReserveState, 'hasVariableDebt'> {
  const { id, asset, aToken, variableDebtToken } = known
  const reading = decodeReserve(must(answers(`reserve ${id}`)), asset, timestamp)
  if (
    reading.state.id !== id ||
    reading.aToken !== aToken ||
    reading.variableDebtToken !== variableDebtToken
  ) {
    throw new MalformedCallAnswerError(
      `The pool answered for reserve ${asset} with the data of another one, or its tokens were replaced. Create a new client and read again.`,
    )
  }
  const gracePeriodUntil = hasGracePeriod ? Number(must(answers(`grace ${id}`))[0]) : 0
  return { ...reading.state, gracePeriodUntil }
}

function readEMode(
  memory: MarketMemory,
  id: number,
  answers: Answers,
): Snapshot['eModes'][number] {
  const [ltv = 0n, liquidationThreshold = 0n, liquidationBonus = 0n, source] = must(answers(`emode ${id}`))
  const optional = (name: string): bigint =>
    answers(`${name} ${id}`) === undefined ? 0n : (must(answers(`${name} ${id}`))[0] ?? 0n)
  const isChanged = source !== undefined && addressOf(source) !== (sourceOf(memory, id) ?? addressOf(0n))
  if (isChanged) {
    throw new MalformedCallAnswerError(
      `The price source of e-mode ${id} of pool ${memory.pool} was replaced. Create a new client and read again.`,
    )
  }
  return {
    id,
    ltv,
    liquidationThreshold,
    liquidationBonus,
    collateralBitmap: optional('collateral'),
    borrowableBitmap: optional('borrowable'),
    ltvZeroBitmap: optional('ltvzero'),
    isolated: optional('isolated') === 1n,
    priceMark: null,
    source: sourceOf(memory, id),
    price: optional('emode price'),
  }
}

function readOwner(owner: KnownOwner, held: readonly KnownReserve[], answers: Answers): OwnerReading {
  const { address } = owner
  try {
    must(answers(`configuration ${address}`))
    must(answers(`eMode ${address}`))
    const own = held.filter(({ id }) => holds(owner, id))
    const balances = (name: string): ReadonlyMap<number, bigint> =>
      new Map(
        own.flatMap(({ id }) => {
          const answer = answers(`${name} ${id} ${address}`)
          return answer === undefined ? [] : [[id, must(answer)[0] ?? 0n] as const]
        }),
      )
    return {
      ok: true,
      owner,
      scaledSupply: balances('supply'),
      scaledDebt: balances('debt'),
      stableDebt: balances('stable'),
      reported: own.length === 0 ? [] : must(answers(`account ${address}`)),
    }
  } catch (error) {
    return { ok: false, owner, error: error as PlimsollError }
  }
}

function priceOf(word: bigint | undefined, asset: Address): bigint {
  if (word !== undefined && word > 0n && word >> 160n === 0n) return word
  throw new MalformedCallAnswerError(
    `The oracle's price of ${asset} is ${word}, which is no price. Its health is unknown until the oracle answers again.`,
  )
}

/** Asks once for the symbols of reserves that were never named; a token without one is called by its address. */
function* readSymbols(held: readonly KnownReserve[]): Rounds<ReadonlyMap<Address, string>> {
  const unnamed = held.filter(({ symbol }) => symbol === null)
  const answers = yield* askByName(
    new Map(unnamed.map(({ asset }) => [asset as string, symbolCall(asset)])),
  )
  return new Map(
    unnamed.map(({ asset }) => {
      const answer = answers(asset)
      return [asset, answer?.ok === true ? answer.value : asset]
    }),
  )
}
