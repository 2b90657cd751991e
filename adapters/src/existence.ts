import type { ReadContext } from '@plimsoll/client'
import type { Existence, MarginAccount, OwnerId, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'

/**
 * What could not be read of a deployment, for one owner or (null) for all.
 *
 * @throws the error itself where it is no PlimsollError: a mistake of the adapter's own
 */
export function readFailure(
  adapter: string,
  { chain, name }: { readonly chain: number; readonly name: string },
  owner: OwnerId | null,
  error: unknown,
): ReadFailure {
  if (!(error instanceof PlimsollError)) throw error
  return {
    adapter,
    chain,
    owner,
    error: error.name,
    message: `${name} could not be read. ${error.shortMessage}`,
  }
}

/** Whether an owner has accounts at a block, has none, or nobody knows since something failed. */
export function existenceOf(
  owner: OwnerId,
  adapter: string,
  block: NonNullable<ReadContext['block']>,
  {
    accounts,
    failures,
    validForMs,
  }: {
    readonly accounts: readonly MarginAccount[]
    readonly failures: readonly ReadFailure[]
    /** How long it is known, milliseconds. */
    readonly validForMs: number
  },
): Existence {
  const isFound = accounts.some((account) => account.owner === owner)
  const isFailed = failures.some((failure) => failure.owner === null || failure.owner === owner)
  const isKnown = isFound || !isFailed
  return {
    adapter,
    chain: block.chain,
    owner,
    state: isFound ? 'has' : isFailed ? 'unknown' : 'none',
    asOf: isKnown ? block : null,
    validForMs: isKnown ? validForMs : 0,
  }
}
