import type { Owner, OwnerId, Portfolio } from '@plimsoll/model'
import { InvalidIdError, parseOwner } from '@plimsoll/model'
import type { Client } from './createClient.js'
import type { AdapterError, ChainError, ConnectionError, ReplayError } from './errors.js'
import { lazily } from './lazily.js'

export type ReadPortfolioParameters = {
  /** EVM addresses (on every chain), CAIP-10 accounts (on one chain), or `venue:<venue>:<account>`. */
  readonly owners: readonly (OwnerId | string)[]
  /** Block to read at by chain id; the latest where none is given. */
  readonly blockNumbers?: { readonly [chain: number]: bigint }
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal
}
export type ReadPortfolioReturnType = Portfolio
export type ReadPortfolioErrorType =
  | InvalidIdError
  | ChainError
  | AdapterError
  | ConnectionError
  | ReplayError

/**
 * Reads what the owners hold: all adapters, every chain at one pinned block, one `eth_call` a chain
 * and round. What cannot be read is a failure in the portfolio and `unknown`, never an empty list.
 *
 * @example
 * const portfolio = await readPortfolio(client, {
 *   owners: ['0x…', 'eip155:1:0x…'],
 *   blockNumbers: { 1: 21_000_000n },
 * })
 * if (portfolio.failures.length > 0) console.warn(portfolio.failures)
 *
 * @throws InvalidIdError when there is no owner or one is malformed
 * @throws ChainError when an owner or block number is of a chain without a connection
 * @throws AdapterError when no adapter reads an owner
 * @throws ConnectionError when the chunk that reads cannot be loaded
 * @throws ReplayError when the client replays a recording that was made of something else
 * @throws the reason of `signal` when it aborts
 */
export async function readPortfolio(
  client: Client,
  parameters: ReadPortfolioParameters,
): Promise<Portfolio> {
  const { blockNumbers = {}, signal } = parameters
  const owners = distinctOwners(parameters.owners)
  signal?.throwIfAborted()
  return (await reading())(client, { owners, blockNumbers, signal })
}

const reading = lazily('reads portfolios', () =>
  import('./readOwners.js').then(({ readOwners }) => readOwners),
)

/** Each owner once; an address on every chain covers the same address on one chain. */
export function distinctOwners(texts: readonly string[]): readonly Owner[] {
  if (texts.length === 0) {
    throw new InvalidIdError('No owner was given. Pass at least one address or account.')
  }
  const owners = texts.map(parseOwner)
  const everywhere = new Set(
    owners.flatMap((owner) => (isEverywhere(owner) ? [owner.address] : [])),
  )
  const isCovered = (owner: Owner) =>
    owner.kind === 'evm' && owner.chain !== null && everywhere.has(owner.address)
  const distinct = owners.filter((owner) => !isCovered(owner))
  return [...new Map(distinct.map((owner) => [owner.id, owner])).values()]
}

function isEverywhere(owner: Owner): owner is Extract<Owner, { kind: 'evm' }> {
  return owner.kind === 'evm' && owner.chain === null
}
