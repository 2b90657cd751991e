import { type MarginAccount, type Operation, OperationError } from '@plimsoll/model'
import { type Address, encodeFunctionData, type Hex, maxUint256 } from 'viem'
import { senderOf } from '../sender.js'
import { EMODE } from './bridge.js'
import { readParameters } from './shared.js'

export { aaveV3WithOperations } from './operating-module.js'

/** One call to send from the account's owner, on the chain of its account. */
export type ActionCall = {
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
  /** For people. */
  readonly description: string
}

const address = { type: 'address' } as const
const uint256 = { type: 'uint256' } as const
const input = <Type extends { readonly type: string }>(
  name: string,
  type: Type,
): Type & { readonly name: string } => ({ ...type, name })

const POOL = [
  {
    type: 'function',
    name: 'supply',
    stateMutability: 'nonpayable',
    inputs: [
      input('asset', address),
      input('amount', uint256),
      input('onBehalfOf', address),
      { name: 'referralCode', type: 'uint16' },
    ],
    outputs: [],
  },
  {
    type: 'function',
    name: 'withdraw',
    stateMutability: 'nonpayable',
    inputs: [input('asset', address), input('amount', uint256), input('to', address)],
    outputs: [input('', uint256)],
  },
  {
    type: 'function',
    name: 'borrow',
    stateMutability: 'nonpayable',
    inputs: [
      input('asset', address),
      input('amount', uint256),
      input('interestRateMode', uint256),
      { name: 'referralCode', type: 'uint16' },
      input('onBehalfOf', address),
    ],
    outputs: [],
  },
  {
    type: 'function',
    name: 'repay',
    stateMutability: 'nonpayable',
    inputs: [
      input('asset', address),
      input('amount', uint256),
      input('interestRateMode', uint256),
      input('onBehalfOf', address),
    ],
    outputs: [input('', uint256)],
  },
  {
    type: 'function',
    name: 'setUserEMode',
    stateMutability: 'nonpayable',
    inputs: [{ name: 'categoryId', type: 'uint8' }],
    outputs: [],
  },
] as const

const APPROVE = [
  {
    type: 'function',
    name: 'approve',
    stateMutability: 'nonpayable',
    inputs: [input('spender', address), input('amount', uint256)],
    outputs: [{ name: '', type: 'bool' }],
  },
] as const

const VARIABLE_RATE = 2n

/**
 * The calls that carry out an operation, in order: an approval of exactly what the pool will take,
 * where it takes tokens, and the pool's own call. Repaying `max` needs the amount that may be owed
 * when it executes: pass `allowance`, at least the debt with some interest; what is not needed stays.
 *
 * @param allowance raw units to approve when the amount is `max`
 * @throws OperationError when the operation is not of this account, or needs an `allowance`
 */
export function encode(
  account: MarginAccount,
  operation: Operation,
  allowance?: bigint,
): readonly ActionCall[] {
  if (operation.account !== account.id) {
    throw new OperationError(
      `The operation is of account "${operation.account}", not of "${account.id}". Pass the account that it belongs to.`,
    )
  }
  const pool = readParameters(account.rule.parameters).pool as Address
  const owner = senderOf(account)
  const call = (data: Hex, description: string): ActionCall => ({
    to: pool,
    data,
    value: 0n,
    description,
  })
  if (operation.kind === 'set-mode') {
    if (operation.mode !== EMODE) {
      throw new OperationError(
        `The account has no mode "${operation.mode}". Its mode is "${EMODE}".`,
      )
    }
    const args = [Number(operation.value)] as const
    const data = encodeFunctionData({ abi: POOL, functionName: 'setUserEMode', args })
    return [call(data, `Set e-mode ${operation.value}`)]
  }
  const { kind } = operation
  const token = operation.asset.slice(operation.asset.lastIndexOf(':') + 1) as Address
  const amount = operation.amount === 'max' ? maxUint256 : operation.amount
  const text = `${kind} ${operation.amount} of ${token}`
  switch (kind) {
    case 'withdraw': {
      const args = [token, amount, owner] as const
      return [call(encodeFunctionData({ abi: POOL, functionName: 'withdraw', args }), text)]
    }
    case 'borrow': {
      const args = [token, amount, VARIABLE_RATE, 0, owner] as const
      return [call(encodeFunctionData({ abi: POOL, functionName: 'borrow', args }), text)]
    }
    case 'supply': {
      const args = [token, amount, owner, 0] as const
      const data = encodeFunctionData({ abi: POOL, functionName: 'supply', args })
      return [approval(token, pool, operation, allowance), call(data, text)]
    }
    case 'repay': {
      const args = [token, amount, VARIABLE_RATE, owner] as const
      const data = encodeFunctionData({ abi: POOL, functionName: 'repay', args })
      return [approval(token, pool, operation, allowance), call(data, text)]
    }
  }
}

function approval(
  token: Address,
  pool: Address,
  { kind, amount }: Extract<Operation, { amount: bigint | 'max' }>,
  allowance: bigint | undefined,
): ActionCall {
  const approved = amount === 'max' ? allowance : amount
  if (approved === undefined || (amount === 'max' && kind === 'supply')) {
    throw new OperationError(
      `${kind} "max" takes an amount that is not known beforehand. Pass \`allowance\` for repay, or an amount in raw units.`,
    )
  }
  const args = [pool, approved] as const
  return {
    to: token,
    data: encodeFunctionData({ abi: APPROVE, functionName: 'approve', args }),
    value: 0n,
    description: `Approve ${approved} of ${token} to the pool`,
  }
}
