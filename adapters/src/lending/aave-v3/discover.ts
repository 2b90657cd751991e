import type { Answer, CallRequest, ReadContext } from '@plimsoll/client'
import { AdapterError, ask } from '@plimsoll/client'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import type { Address } from 'viem'
import { revisionOf } from './arithmetic.js'
import { addressOf, eModeCategoryCall, reservesListCall, viewCall, type Words } from './calls.js'
import type { AaveV3Market } from './markets.js'
import { configuredIds, holds, type KnownOwner, type KnownReserve, type MarketMemory } from './memory.js'
import { decodeReserve } from './reserve.js'
import type { Rounds } from './together.js'

const ZERO: Address = '0x0000000000000000000000000000000000000000'

/** The words of an answer. @throws the answer's error */
export function must<Value>(answer: Answer<Value> | undefined): Value {
  if (answer?.ok === true) return answer.value
  throw (
    answer?.error ??
    new AdapterError('The client gave no answer to a request. Report it with a recording.')
  )
}

/** Asks for many things at once by name, and reads the answers by the same names. */
export function* askByName<Value>(
  requests: ReadonlyMap<string, CallRequest<Value>>,
): Rounds<(name: string) => Answer<Value> | undefined> {
  const answers = requests.size === 0 ? [] : yield* ask([...requests.values()])
  const byName = new Map([...requests.keys()].map((name, index) => [name, answers[index]]))
  return (name) => byName.get(name)
}

/**
 * Finds out what a market consists of and what the owners have in it: the pool's revision, oracle
 * and reserves; the owners' configuration and e-mode; their supply, reserve by reserve. Three rounds.
 *
 * @throws PlimsollError when any answer is missing: half a market is not known
 */
export function* discover(
  context: ReadContext & { readonly block: { readonly timestamp: number } },
  { pool, provider }: AaveV3Market,
  owners: readonly Address[],
  eModes: readonly number[],
): Rounds<MarketMemory> {
  const first = new Map<string, CallRequest<Words>>([
    ['revision', viewCall(pool, 'POOL_REVISION()')],
    ['reserves', reservesListCall(pool)],
    ['oracle', viewCall(provider, 'getPriceOracle()')],
    ['sentinel', viewCall(provider, 'getPriceOracleSentinel()')],
  ])
  for (const owner of owners) {
    const args = [BigInt(owner)]
    first.set(`configuration ${owner}`, viewCall(pool, 'getUserConfiguration(address)', args))
    first.set(`eMode ${owner}`, viewCall(pool, 'getUserEMode(address)', args))
  }
  const told = yield* askByName(first)
  const word = (name: string): bigint => must(told(name))[0] ?? 0n
  const revision = Number(word('revision'))
  const rules = revisionOf(revision)
  const oracle = addressOf(word('oracle'))
  const sentinel = addressOf(word('sentinel'))
  const assets = must(told('reserves')).map(addressOf)

  const second = new Map<string, CallRequest<Words>>([
    ['unit', viewCall(oracle, 'BASE_CURRENCY_UNIT()')],
    ['currency', viewCall(oracle, 'BASE_CURRENCY()')],
  ])
  for (const asset of assets) {
    second.set(asset, viewCall(pool, 'getReserveData(address)', [BigInt(asset)]))
  }
  const listed = yield* askByName(second)
  const baseUnit = must(listed('unit'))[0] ?? 0n
  const baseCurrency = must(listed('currency'))[0] ?? 0n
  if (baseCurrency !== 0n || !/^10*$/.test(String(baseUnit))) {
    throw new UnsupportedVenueStateError(
      `The oracle of pool ${pool} counts in ${addressOf(baseCurrency)} with unit ${baseUnit}, not in US dollars with a power of ten. This market cannot be read yet.`,
    )
  }
  const reserves = assets.map((asset): KnownReserve => {
    const { state, ...tokens } = decodeReserve(must(listed(asset)), asset, context.block.timestamp)
    return { id: state.id, asset, symbol: null, ...tokens }
  })

  const known = owners.map((address) => ({
    address,
    configuration: word(`configuration ${address}`),
    eMode: Number(word(`eMode ${address}`)),
    suppliedOnly: [],
  }))
  const third = new Map<string, CallRequest<Words>>()
  for (const { id, aToken } of reserves) {
    for (const owner of known) {
      if (holds(owner, id)) continue
      const call = viewCall(aToken, 'scaledBalanceOf(address)', [BigInt(owner.address)])
      third.set(`${id} ${owner.address}`, call)
    }
  }
  const inUse = known.map(({ eMode }) => eMode)
  const categories = new Set([...inUse, ...eModes].filter((id) => id !== 0))
  if (rules.eModeAssets === 'category') {
    for (const id of categories) third.set(`category ${id}`, eModeCategoryCall(pool, id))
  }
  const held = yield* askByName(third)
  return {
    pool,
    revision,
    oracle,
    sentinel: sentinel === ZERO ? null : sentinel,
    baseUnit,
    reserves,
    eModeSources: [...categories].flatMap((id) => {
      if (rules.eModeAssets !== 'category') return []
      const source = addressOf(must(held(`category ${id}`))[3])
      return [{ id, source: source === ZERO ? null : source }]
    }),
    owners: known.map((owner): KnownOwner => ({
      ...owner,
      suppliedOnly: reserves
        .filter(({ id }) => !holds(owner, id))
        .filter(({ id }) => (must(held(`${id} ${owner.address}`))[0] ?? 0n) > 0n)
        .map(({ id }) => id),
    })),
    discoveredMs: context.nowMs,
  }
}

/** Whether every reserve that the owners' bits name is known. */
export function knowsAll({ reserves, owners }: MarketMemory): boolean {
  const ids = new Set(reserves.map(({ id }) => id))
  return owners.flatMap(configuredIds).every((id) => ids.has(id))
}
