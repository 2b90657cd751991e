import { MalformedCallAnswerError } from '@plimsoll/client'
import { PlimsollError } from '@plimsoll/model'
import { type Address, concatHex, type Hex, keccak256, numberToHex, zeroAddress } from 'viem'
import type { Rounds } from '../../together.js'
import { dollarOracleOf, type KnownToken, orNull, tokenOf } from '../tokens.js'
import { addressOf, newRound, type Told } from '../words.js'
import { WAD } from './arithmetic.js'
import type { MorphoBlueDeployment } from './deployments.js'
import type { KnownMarket, Memory } from './memory.js'
import { type FoundPositions, findPositions } from './positions.js'
import { VIEWS } from './views.js'

/** Where to look. */
export type Discovery = {
  /** Whether Morpho's interface is asked; otherwise only the named markets are looked at. */
  readonly usesApi: boolean
  readonly markets: readonly Hex[]
}

/** What was found, and what could not be. */
export type Found = {
  readonly memory: Memory
  /** Why the interface did not say in which markets the owners are. */
  readonly unlisted: PlimsollError | null
  /** Markets that could not be identified, and why. */
  readonly broken: ReadonlyMap<Hex, PlimsollError>
}

/**
 * Finds out in which markets the owners may be, and what those markets are. Without an answer of the
 * interface, the named markets and those known before are looked at: positions elsewhere stay unknown.
 * At most four rounds.
 *
 * @throws PlimsollError when Morpho's contract does not answer at all
 */
export function* discover(
  deployment: MorphoBlueDeployment,
  addresses: readonly Address[],
  discovery: Discovery,
  nowMs: number,
  before: Memory | undefined,
): Rounds<Found> {
  const { found, unlisted } = yield* listed(deployment.chain, addresses, discovery)
  const fallback = unlisted === null ? [] : (before?.markets.map(({ id }) => id) ?? [])
  const owners = addresses.map((address) => ({
    address,
    markets: [...new Set([...discovery.markets, ...fallback, ...(found.get(address) ?? [])])],
  }))
  const ids = [...new Set(owners.flatMap(({ markets }) => markets))]
  const { markets, broken, dollars } = yield* identify(deployment, ids)
  const isPriced = dollars !== null || deployment.dollarPrices === null || ids.length === 0
  const isComplete = unlisted === null && broken.size === 0 && isPriced
  return {
    memory: {
      morpho: deployment.morpho,
      dollars,
      markets,
      owners,
      discoveredMs: isComplete ? nowMs : null,
    },
    unlisted,
    broken,
  }
}

function* listed(
  chain: number,
  addresses: readonly Address[],
  { usesApi }: Discovery,
): Rounds<{ readonly found: FoundPositions; readonly unlisted: PlimsollError | null }> {
  if (!usesApi) return { found: new Map(), unlisted: null }
  try {
    return { found: yield* findPositions(chain, addresses), unlisted: null }
  } catch (error) {
    if (error instanceof PlimsollError) return { found: new Map(), unlisted: error }
    throw error
  }
}

type Identified = Pick<Memory, 'markets' | 'dollars'> & Pick<Found, 'broken'>

/** Parameters, tokens and stored state of markets, and the oracle of dollar prices. */
function* identify(
  { morpho, dollarPrices }: MorphoBlueDeployment,
  ids: readonly Hex[],
): Rounds<Identified> {
  const broken = new Map<Hex, PlimsollError>()
  if (ids.length === 0) return { markets: [], broken, dollars: null }
  const first = newRound()
  const asked = ids.map((id) => ({
    id,
    params: first.ask(morpho, VIEWS.params, BigInt(id)),
    stored: first.ask(morpho, VIEWS.market, BigInt(id)),
  }))
  const oracle = dollarPrices === null ? null : first.ask(dollarPrices, VIEWS.dollarOracle)
  yield* first.send()
  const known = asked.flatMap(({ id, params, stored }) =>
    guarded(broken, id, () => ({ ...paramsOf(id, params), stored: stored() })),
  )
  const dollarOracle = oracle === null ? null : orNull(() => addressOf(oracle()[0]))

  const second = newRound()
  const unit = dollarOracle === null ? null : second.ask(dollarOracle, VIEWS.dollarUnit)
  const tokens = new Map<Address, () => KnownToken>()
  for (const { loan, collateral } of known) {
    for (const address of [loan, collateral]) {
      if (address === zeroAddress || tokens.has(address)) continue
      const symbol = second.ask(address, VIEWS.symbol)
      const decimals = second.ask(address, VIEWS.decimals)
      tokens.set(address, () => tokenOf(address, symbol, decimals))
    }
  }
  yield* second.send()
  const markets = known.flatMap(({ loan, collateral, ...rest }) =>
    guarded(broken, rest.id, (): KnownMarket => {
      const loanToken = tokens.get(loan)?.()
      if (loanToken === undefined) throw strange(rest.id)
      return { ...rest, loan: loanToken, collateral: tokens.get(collateral)?.() ?? null }
    }),
  )
  return { markets, broken, dollars: dollarOracleOf(dollarOracle, unit) }
}

function guarded<Value>(
  broken: Map<Hex, PlimsollError>,
  id: Hex,
  read: () => Value,
): readonly Value[] {
  try {
    return [read()]
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    broken.set(id, error)
    return []
  }
}

type Params = Pick<KnownMarket, 'id' | 'oracle' | 'irm' | 'lltv'> & {
  readonly loan: Address
  readonly collateral: Address
}

/** The parameters of a market: its id is their hash, so that no others can pass for them. */
function paramsOf(id: Hex, told: Told): Params {
  const words = told()
  const hash = keccak256(concatHex(words.map((word) => numberToHex(word, { size: 32 }))))
  const [loan, collateral, oracle, irm, lltv = 0n] = words
  if (hash !== id || lltv >= WAD) throw strange(id)
  return {
    id,
    loan: addressOf(loan),
    collateral: addressOf(collateral),
    oracle: addressOf(oracle),
    irm: addressOf(irm),
    lltv,
  }
}

function strange(id: Hex): MalformedCallAnswerError {
  return new MalformedCallAnswerError(
    `Morpho knows no market ${id}, or answered for another. Check the market's id, the contract's address and that the node is synced.`,
  )
}
