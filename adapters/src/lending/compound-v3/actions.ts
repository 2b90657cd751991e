import { erc20, type MarginAccount, type Operation, OperationError } from '@plimsoll/model'
import { type Address, encodeFunctionData, maxUint256 } from 'viem'
import { type ActionCall, approval } from '../approval.js'
import { LEG } from './bridge.js'
import { rawOf, readParameters } from './shared.js'
import { type AmountOperation, definite } from './side.js'

export type { ActionCall } from '../approval.js'
export { compoundV3WithOperations } from './operating-module.js'

const inputs = [
  { name: 'asset', type: 'address' },
  { name: 'amount', type: 'uint256' },
] as const
const COMET = [
  { type: 'function', name: 'supply', stateMutability: 'nonpayable', inputs, outputs: [] },
  { type: 'function', name: 'withdraw', stateMutability: 'nonpayable', inputs, outputs: [] },
] as const

/**
 * The calls that carry out an operation, in order: an approval of exactly what the market will take,
 * where it takes tokens, and the market's own call. `max` repays or withdraws all of the base token as
 * the contract counts it when it executes, and withdraws all of a collateral. Repaying it needs the
 * amount that may be owed by then: pass `allowance`, at least the debt with some interest.
 *
 * @example
 * encode(account, { kind: 'repay', account: account.id, asset: usdc, amount: 'max' }, 5_000_000_000n)
 *
 * @param allowance raw units to approve when the amount is `max`
 * @throws OperationError when the operation is not of this account, or needs an `allowance`
 */
export function encode(
  account: MarginAccount,
  operation: Operation,
  allowance?: bigint,
): readonly ActionCall[] {
  if (operation.account !== account.id || operation.kind === 'set-mode') {
    throw new OperationError(
      `The operation is of account "${operation.account}" or changes a mode, which "${account.id}" has none of. Pass the account that it belongs to.`,
    )
  }
  const { comet, baseToken } = readParameters(account.rule.parameters)
  const isSupply = operation.kind === 'supply' || operation.kind === 'repay'
  const { token, isBase } = tokenOf(account, operation, baseToken)
  const args = [token, amountOf(account, operation, isBase)] as const
  const call: ActionCall = {
    to: comet,
    data: encodeFunctionData({
      abi: COMET,
      functionName: isSupply ? 'supply' : 'withdraw',
      args,
    }),
    value: 0n,
    description: `${operation.kind} ${operation.amount} of ${token}`,
  }
  if (!isSupply) return [call]
  return [approval(token, { address: comet, name: 'the market' }, operation, allowance), call]
}

/** The token that an operation moves. @throws OperationError when it is none of the account's chain */
function tokenOf(
  account: MarginAccount,
  { kind, asset }: AmountOperation,
  baseToken: Address,
): { readonly token: Address; readonly isBase: boolean } {
  const chain = account.asOf.kind === 'block' ? account.asOf.chain : 0
  if (asset === erc20(chain, baseToken)) return { token: baseToken, isBase: true }
  const address = asset.slice(asset.lastIndexOf(':') + 1)
  const isMoved = kind === 'supply' || kind === 'withdraw'
  if (isMoved && /^0x[0-9a-f]{40}$/.test(address) && asset === erc20(chain, address as Address)) {
    return { token: address as Address, isBase: false }
  }
  throw new OperationError(
    `This market cannot ${kind} ${asset}. It lends ${baseToken}, and takes tokens of chain ${chain} as collateral.`,
  )
}

function amountOf(account: MarginAccount, operation: AmountOperation, isBase: boolean): bigint {
  if (operation.amount !== 'max') return operation.amount
  // The contract repays what is owed, or withdraws what is lent, for the largest word.
  if (isBase && operation.kind !== 'borrow') return maxUint256
  if (operation.kind !== 'withdraw') return definite(operation)
  return rawOf(
    account.legs.find(
      ({ id, asset }) => id.startsWith(LEG.collateral) && asset === operation.asset,
    ),
  )
}
