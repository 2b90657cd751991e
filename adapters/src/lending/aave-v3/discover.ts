import { MalformedCallAnswerError } from '@plimsoll/client'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import type { Address } from 'viem'
import type { Rounds } from '../../together.js'
import { addressOf, newRound, textOf, type Words } from '../words.js'
import { revisionOf } from './arithmetic.js'
import type { AaveV3Market } from './markets.js'
import { holds, type KnownOwner, type KnownReserve, type MarketMemory } from './memory.js'
import { VIEWS } from './views.js'

/**
 * Finds out what a market consists of and what the owners have in it: the pool's revision, oracle
 * and reserves; the owners' configuration, e-mode, and supply reserve by reserve. Three rounds.
 *
 * @throws PlimsollError when any answer is missing: half a market is not known
 */
export function* discover(
  { pool, provider }: AaveV3Market,
  owners: readonly Address[],
  eModes: readonly number[],
  nowMs: number,
): Rounds<MarketMemory> {
  const first = newRound()
  const told = {
    revision: first.ask(pool, VIEWS.revision),
    reserves: first.ask(pool, VIEWS.reserves),
    oracle: first.ask(provider, VIEWS.oracle),
    sentinel: first.ask(provider, VIEWS.sentinel),
  }
  const bits = owners.map((owner) => first.ask(pool, VIEWS.configuration, BigInt(owner)))
  const modes = owners.map((owner) => first.ask(pool, VIEWS.mode, BigInt(owner)))
  yield* first.send()
  const revision = Number(told.revision()[0])
  const rules = revisionOf(revision)
  const oracle = addressOf(told.oracle()[0])

  const second = newRound()
  const unit = second.ask(oracle, VIEWS.baseUnit)
  const currency = second.ask(oracle, VIEWS.baseCurrency)
  const listed = told.reserves().map((word) => {
    const asset = addressOf(word)
    return {
      asset,
      data: second.ask(pool, VIEWS.reserve, word),
      symbol: second.ask(asset, VIEWS.symbol),
    }
  })
  yield* second.send()
  const [baseUnit = 0n] = unit()
  if (currency()[0] !== 0n || !/^10*$/.test(String(baseUnit))) {
    throw new UnsupportedVenueStateError(
      `The oracle of pool ${pool} does not count in US dollars (currency ${currency()[0]}, unit ${baseUnit}). This market cannot be read yet.`,
    )
  }
  const reserves = listed.map(
    ({ asset, data, symbol }): KnownReserve => ({
      ...tokensOf(data()),
      asset,
      symbol: symbolOf(symbol) || asset,
    }),
  )

  const known = owners.map(
    (address, index): KnownOwner => ({
      address,
      configuration: bits[index]?.()[0] ?? 0n,
      eMode: Number(modes[index]?.()[0]),
      suppliedOnly: [],
    }),
  )
  const third = newRound()
  const unnamed = known.map((owner) =>
    reserves
      .filter(({ id }) => !holds(owner, id))
      .map(({ id, aToken }) => ({
        id,
        balance: third.ask(aToken, VIEWS.scaledBalance, BigInt(owner.address)),
      })),
  )
  const categories = [...known.map(({ eMode }) => eMode), ...eModes].filter((id) => id > 0)
  const sources =
    rules.eModeAssets === 'bitmap'
      ? []
      : [...new Set(categories)].map((id) => ({
          id,
          category: third.ask(pool, VIEWS.category, BigInt(id)),
        }))
  yield* third.send()
  return {
    pool,
    revision,
    oracle,
    sentinel: addressOf(told.sentinel()[0]),
    baseUnit,
    reserves,
    eModeSources: Object.fromEntries(
      sources.map(({ id, category }) => [id, addressOf(category()[4])]),
    ),
    owners: known.map((owner, index) => ({
      ...owner,
      suppliedOnly: (unnamed[index] ?? []).flatMap(({ id, balance }) =>
        balance()[0] === 0n ? [] : [id],
      ),
    })),
    discoveredMs: nowMs,
  }
}

/** Id and tokens in the words of `getReserveData`. */
export function tokensOf(
  data: Words,
): Pick<KnownReserve, 'id' | 'aToken' | 'stableDebtToken' | 'variableDebtToken'> {
  const id = Number(data[7])
  if (id < 128) {
    return {
      id,
      aToken: addressOf(data[8]),
      stableDebtToken: addressOf(data[9]),
      variableDebtToken: addressOf(data[10]),
    }
  }
  throw new MalformedCallAnswerError(
    `The pool numbers a reserve ${id}, beyond what it can hold. Check that the node is synced.`,
  )
}

/** A token without a readable symbol is called by its address. */
function symbolOf(symbol: () => Words): string {
  try {
    return textOf(symbol())
  } catch {
    return ''
  }
}
