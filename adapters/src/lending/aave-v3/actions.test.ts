import { type Operation, OperationError, ownerId } from '@plimsoll/model'
import { decodeFunctionData, maxUint256, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { loan } from '../../../../test/aave-v3/loan.js'
import {
  ACCOUNT,
  assetOf,
  OWNER,
  POOL,
  tokenOf,
  venueStateOf,
} from '../../../../test/aave-v3/venueState.js'
import { encode } from './actions.js'

const { account } = venueStateOf(loan({ revision: 10, wethPriceE8: 10n ** 11n }))
const ABI = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 mode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 mode, address onBehalfOf) returns (uint256)',
  'function setUserEMode(uint8 categoryId)',
  'function approve(address spender, uint256 amount) returns (bool)',
])
const token = tokenOf('USDC')
const sentTo = (text: string): unknown => expect.stringMatching(new RegExp(`^${text}$`, 'i'))

const decoded = (operation: Operation, allowance?: bigint): readonly unknown[] =>
  encode(account, operation, allowance).map(({ to, data, value }) => {
    const { functionName, args } = decodeFunctionData({ abi: ABI, data })
    return [to, value, functionName, ...args]
  })
const operation = (
  kind: 'supply' | 'withdraw' | 'borrow' | 'repay',
  amount: bigint | 'max',
): Operation => ({ kind, account: ACCOUNT, asset: assetOf('USDC'), amount })

describe('encode', () => {
  it('approves exactly what is supplied, then supplies it for the owner', () => {
    expect(decoded(operation('supply', 7n))).toEqual([
      [token, 0n, 'approve', sentTo(POOL), 7n],
      [POOL, 0n, 'supply', sentTo(token), 7n, sentTo(OWNER), 0],
    ])
  })

  it('withdraws to the owner, everything by the largest number', () => {
    expect(decoded(operation('withdraw', 'max'))).toEqual([
      [POOL, 0n, 'withdraw', sentTo(token), maxUint256, sentTo(OWNER)],
    ])
  })

  it('borrows and repays at the variable rate', () => {
    expect(decoded(operation('borrow', 7n))).toEqual([
      [POOL, 0n, 'borrow', sentTo(token), 7n, 2n, 0, sentTo(OWNER)],
    ])
    expect(decoded(operation('repay', 'max'), 9n)).toEqual([
      [token, 0n, 'approve', sentTo(POOL), 9n],
      [POOL, 0n, 'repay', sentTo(token), maxUint256, 2n, sentTo(OWNER)],
    ])
  })

  it('sets the e-mode', () => {
    const change: Operation = { kind: 'set-mode', account: ACCOUNT, mode: 'emode', value: '3' }
    expect(decoded(change)).toEqual([[POOL, 0n, 'setUserEMode', 3]])
  })

  it('tells people what each call is', () => {
    expect(encode(account, operation('supply', 7n)).map(({ description }) => description)).toEqual([
      `Approve 7 of ${token} to the pool`,
      `supply 7 of ${token}`,
    ])
  })

  it.each([
    ['repaying "max" without an allowance', operation('repay', 'max'), 'allowance'],
    ['supplying "max"', operation('supply', 'max'), 'not known beforehand'],
    [
      'an unknown mode',
      { kind: 'set-mode', account: ACCOUNT, mode: 'x', value: '1' } as Operation,
      'no mode "x"',
    ],
    [
      'an operation of another account',
      { ...operation('supply', 1n), account: `${ACCOUNT}0` as typeof ACCOUNT },
      'not of',
    ],
  ])('rejects %s', (_what, change, message) => {
    expect(() => encode(account, change)).toThrow(OperationError)
    expect(() => encode(account, change)).toThrow(message)
  })

  it('rejects an owner that could not send', () => {
    const venue = { ...account, owner: ownerId('venue:some-venue:1') }
    expect(() => encode(venue, operation('supply', 1n))).toThrow('no address')
  })
})
