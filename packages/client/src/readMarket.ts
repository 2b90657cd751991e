import type { FactorId, MarketObservations } from '@plimsoll/model'
import { factorId, InvalidIdError } from '@plimsoll/model'
import type { Client } from './createClient.js'
import type { ChainError, ConnectionError, ReplayError } from './errors.js'
import { AdapterError, MarketQueryError } from './errors.js'
import { lazily } from './lazily.js'

const DAY_MS = 86_400_000

export type ReadMarketParameters = {
  /** `spot:`, `peg:`, `iv:` and `funding:` factors; a source leaves out what it does not know. */
  readonly factors: readonly (FactorId | string)[]
  /** Unix milliseconds from which closes are wanted; four years back unless given. */
  readonly fromMs?: number
  /** Milliseconds between closes; a day unless given. */
  readonly intervalMs?: number
  /** Block to read at by chain id; the latest where none is given. */
  readonly blockNumbers?: { readonly [chain: number]: bigint }
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal
}
export type ReadMarketReturnType = MarketObservations
export type ReadMarketErrorType =
  | InvalidIdError
  | MarketQueryError
  | ChainError
  | AdapterError
  | ConnectionError
  | ReplayError

/**
 * Reads what the client's market sources say of factors: closes, depths, surfaces and fundings, each
 * with source and date. A source that fails, or that answers what it may not, is a failure in the
 * observations, never an empty list. Pass what comes back to `calibrateMarket`.
 *
 * @example
 * const client = createClient({ chains: [], adapters: [harbourMarket()] })
 * const observations = await readMarket(client, { factors: ['spot:ETH', 'funding:ETH'] })
 * if (observations.failures.length > 0) console.warn(observations.failures)
 *
 * @throws InvalidIdError when there is no factor, or one is malformed or of another kind
 * @throws MarketQueryError when `fromMs` or `intervalMs` is no time
 * @throws ChainError when a block number is of a chain without a connection
 * @throws AdapterError when the client has no source of market data
 * @throws ConnectionError when the chunk that reads cannot be loaded
 * @throws ReplayError when the client replays a recording that was made of something else
 * @throws the reason of `signal` when it aborts
 */
export async function readMarket(
  client: Client,
  parameters: ReadMarketParameters,
): Promise<MarketObservations> {
  const { fromMs = null, intervalMs = DAY_MS, blockNumbers = {}, signal } = parameters
  const factors = distinctFactors(parameters.factors)
  checkTime('fromMs', fromMs ?? 0, 0)
  checkTime('intervalMs', intervalMs, 1)
  if (client.markets.length === 0) {
    throw new AdapterError(
      'The client has no source of market data. Pass one to createClient, defined with defineMarketAdapter.',
    )
  }
  signal?.throwIfAborted()
  const market = { factors, fromMs, intervalMs }
  return (await reading())(client, { owners: [], market, blockNumbers, signal })
}

const reading = lazily('reads the market', () =>
  import('./readSources.js').then(({ readSources }) => readSources),
)

function distinctFactors(texts: readonly string[]): readonly FactorId[] {
  if (texts.length === 0) {
    throw new InvalidIdError('No factor was given. Pass at least one, such as spot:ETH.')
  }
  const other = texts.find((text) => !/^(spot|peg|iv|funding):/.test(text))
  if (other !== undefined) {
    throw new InvalidIdError(
      `Markets do not quote "${other.slice(0, 120)}". Ask for spot:, peg:, iv: and funding: factors.`,
    )
  }
  return [...new Set(texts.map(factorId))]
}

function checkTime(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new MarketQueryError(`${name} is ${value}. Pass whole milliseconds, not below ${least}.`)
}
