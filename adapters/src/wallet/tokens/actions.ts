import type { AssetId, Operation } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'
import type { Address, Hex } from 'viem'
import { encodeFunctionData } from 'viem'

const TRANSFER = [
  {
    type: 'function',
    name: 'transfer',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'to', type: 'address' },
      { name: 'amount', type: 'uint256' },
    ],
    outputs: [{ name: 'success', type: 'bool' }],
  },
] as const

/** One call that a wallet makes. `value` in wei of the chain's coin. */
export type WalletCall = {
  readonly chain: number
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
}

const COIN = /^eip155:(\d+)\/slip44:\d+$/
const TOKEN = /^eip155:(\d+)\/erc20:(0x[0-9a-f]{40})$/

/**
 * The call that sends an asset out of a wallet. `amount` must be a number of raw units: gas for a
 * native coin, and rebases or fees of a token, make "max" a matter of the sender's.
 *
 * @example
 * encodeTransfer({ kind: 'withdraw', account, asset: erc20(1, usdc), amount: 5_000_000n }, recipient)
 *
 * @throws OperationError when the operation does not leave the wallet or names no EVM asset or amount.
 */
export function encodeTransfer(operation: Operation, recipient: Address): WalletCall {
  if (operation.kind !== 'withdraw' || operation.amount === 'max' || operation.amount <= 0n) {
    throw new OperationError(
      'Only a withdraw of a positive number of raw units can be encoded as a transfer. Resolve "max" to an amount first.',
    )
  }
  if (!/^0x[0-9a-fA-F]{40}$/.test(recipient)) {
    throw new OperationError(`"${recipient}" is not an address. Pass 0x and 40 hex digits.`)
  }
  const { amount } = operation
  const coin = COIN.exec(operation.asset)
  if (coin !== null) return { chain: Number(coin[1]), to: recipient, data: '0x', value: amount }
  const { chain, token } = tokenOf(operation.asset)
  return {
    chain,
    to: token,
    data: encodeFunctionData({
      abi: TRANSFER,
      functionName: 'transfer',
      args: [recipient, amount],
    }),
    value: 0n,
  }
}

function tokenOf(asset: AssetId): { readonly chain: number; readonly token: Address } {
  const match = TOKEN.exec(asset)
  if (match === null) {
    throw new OperationError(
      `${asset} is neither a native coin nor an ERC-20 token. Only those can be transferred.`,
    )
  }
  return { chain: Number(match[1]), token: match[2] as Address }
}
