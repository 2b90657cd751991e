import type { MarginAccount } from '@plimsoll/model'
import { OperationError, parseOwner } from '@plimsoll/model'
import type { Address } from 'viem'

/** The address that sends an account's transactions. @throws OperationError when its owner is none */
export function senderOf({ id, owner }: Pick<MarginAccount, 'id' | 'owner'>): Address {
  const parsed = parseOwner(owner)
  if (parsed.kind === 'evm') return parsed.address
  throw new OperationError(
    `Account "${id}" belongs to ${owner}, which is no address that could send transactions. Pass an account that this adapter read.`,
  )
}
