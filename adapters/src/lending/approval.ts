import { type Operation, OperationError } from '@plimsoll/model'
import { type Address, encodeFunctionData, type Hex } from 'viem'

/** One call to send from the account's owner, on the chain of its account. */
export type ActionCall = {
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
  /** For people. */
  readonly description: string
}

const APPROVE = [
  {
    type: 'function',
    name: 'approve',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'spender', type: 'address' },
      { name: 'amount', type: 'uint256' },
    ],
    outputs: [{ name: '', type: 'bool' }],
  },
] as const

/**
 * The approval of exactly what an operation takes; of `allowance` where that is not known beforehand.
 *
 * @throws OperationError when it is not known, and no `allowance` is given
 */
export function approval(
  token: Address,
  spender: { readonly address: Address; readonly name: string },
  { kind, amount }: Exclude<Operation, { kind: 'set-mode' }>,
  allowance: bigint | undefined,
): ActionCall {
  const approved = amount === 'max' ? allowance : amount
  if (approved === undefined) {
    throw new OperationError(
      `${kind} "max" takes an amount that is not known beforehand. Pass \`allowance\`, or an amount in raw units.`,
    )
  }
  const args = [spender.address, approved] as const
  return {
    to: token,
    data: encodeFunctionData({ abi: APPROVE, functionName: 'approve', args }),
    value: 0n,
    description: `Approve ${approved} of ${token} to ${spender.name}`,
  }
}
