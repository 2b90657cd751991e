import { erc20, type MarginAccount, type Operation, OperationError } from '@plimsoll/model'
import { encodeFunctionData, type Hex, zeroAddress } from 'viem'
import { type ActionCall, approval } from '../approval.js'
import { senderOf } from '../sender.js'
import { LEG } from './bridge.js'
import { type RuleParameters, rawOf, readParameters } from './shared.js'
import { type AmountOperation, definite, sideOf } from './side.js'

export type { ActionCall } from '../approval.js'
export { morphoBlueWithOperations } from './operating-module.js'

const address = { type: 'address' } as const
const uint256 = { type: 'uint256' } as const
const marketParams = {
  name: 'marketParams',
  type: 'tuple',
  components: [
    { name: 'loanToken', ...address },
    { name: 'collateralToken', ...address },
    { name: 'oracle', ...address },
    { name: 'irm', ...address },
    { name: 'lltv', ...uint256 },
  ],
} as const
const assets = { name: 'assets', ...uint256 } as const
const shares = { name: 'shares', ...uint256 } as const
const onBehalf = { name: 'onBehalf', ...address } as const
const receiver = { name: 'receiver', ...address } as const
const data = { name: 'data', type: 'bytes' } as const
const both = [
  { name: 'assets', ...uint256 },
  { name: 'shares', ...uint256 },
] as const

const MORPHO = [
  {
    type: 'function',
    name: 'supplyCollateral',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, onBehalf, data],
    outputs: [],
  },
  {
    type: 'function',
    name: 'withdrawCollateral',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, onBehalf, receiver],
    outputs: [],
  },
  {
    type: 'function',
    name: 'supply',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, shares, onBehalf, data],
    outputs: both,
  },
  {
    type: 'function',
    name: 'withdraw',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, shares, onBehalf, receiver],
    outputs: both,
  },
  {
    type: 'function',
    name: 'borrow',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, shares, onBehalf, receiver],
    outputs: both,
  },
  {
    type: 'function',
    name: 'repay',
    stateMutability: 'nonpayable',
    inputs: [marketParams, assets, shares, onBehalf, data],
    outputs: both,
  },
] as const

/**
 * The calls that carry out an operation, in order: an approval of exactly what the contract will take,
 * where it takes tokens, and the contract's own call. `max` repays and withdraws all shares, so that
 * nothing is left behind. Repaying it needs the amount that may be owed when it executes: pass
 * `allowance`, at least the debt with some interest; what is not needed stays.
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
  const parameters = readParameters(account.rule.parameters)
  const { loanToken, collateralToken, morpho } = parameters
  const chain = account.asOf.kind === 'block' ? account.asOf.chain : 0
  const collateral = collateralToken === zeroAddress ? null : erc20(chain, collateralToken)
  const side = sideOf(operation, erc20(chain, loanToken), collateral)
  const token = side === 'collateral' ? collateralToken : loanToken
  const call: ActionCall = {
    to: morpho,
    data:
      side === 'collateral'
        ? collateralCall(account, parameters, operation)
        : loanCall(account, parameters, operation),
    value: 0n,
    description: `${operation.kind} ${operation.amount} of ${token}`,
  }
  const takesTokens = operation.kind === 'supply' || operation.kind === 'repay'
  return takesTokens
    ? [approval(token, { address: morpho, name: 'Morpho' }, operation, allowance), call]
    : [call]
}

const NO_DATA: Hex = '0x'

function collateralCall(
  account: MarginAccount,
  parameters: RuleParameters,
  operation: AmountOperation,
): Hex {
  const { kind, amount } = operation
  const owner = senderOf(account)
  if (kind === 'supply') {
    const args = [parameters, definite(operation), owner, NO_DATA] as const
    return encodeFunctionData({ abi: MORPHO, functionName: 'supplyCollateral', args })
  }
  const held = rawOf(account.legs.find(({ id }) => id.startsWith(LEG.collateral)))
  const args = [parameters, amount === 'max' ? held : amount, owner, owner] as const
  return encodeFunctionData({ abi: MORPHO, functionName: 'withdrawCollateral', args })
}

function loanCall(
  account: MarginAccount,
  parameters: RuleParameters,
  operation: AmountOperation,
): Hex {
  const { kind, amount } = operation
  const owner = senderOf(account)
  const sharesOf = (prefix: string): bigint =>
    rawOf(account.legs.find(({ id }) => id.startsWith(prefix)))
  switch (kind) {
    case 'supply': {
      const args = [parameters, definite(operation), 0n, owner, NO_DATA] as const
      return encodeFunctionData({ abi: MORPHO, functionName: 'supply', args })
    }
    case 'borrow': {
      const args = [parameters, definite(operation), 0n, owner, owner] as const
      return encodeFunctionData({ abi: MORPHO, functionName: 'borrow', args })
    }
    case 'withdraw': {
      const amounts =
        amount === 'max' ? ([0n, sharesOf(LEG.supply)] as const) : ([amount, 0n] as const)
      const args = [parameters, ...amounts, owner, owner] as const
      return encodeFunctionData({ abi: MORPHO, functionName: 'withdraw', args })
    }
    case 'repay': {
      const amounts =
        amount === 'max' ? ([0n, sharesOf(LEG.debt)] as const) : ([amount, 0n] as const)
      const args = [parameters, ...amounts, owner, NO_DATA] as const
      return encodeFunctionData({ abi: MORPHO, functionName: 'repay', args })
    }
  }
}
