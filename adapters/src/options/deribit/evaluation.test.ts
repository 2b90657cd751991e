import { accountId, assetId, OperationError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { encode } from './actions.js'
import { healthOf } from './evaluation.js'

describe('healthOf', () => {
  it('is equity ÷ requirement, and liquidatable below 1', () => {
    expect(healthOf(150, 100)).toEqual({
      health: { value: 1.5 },
      liquidatable: false,
      maintenanceMargin: 100,
      excess: 50,
    })
    expect(healthOf(100, 100)).toMatchObject({ health: { value: 1 }, liquidatable: false })
    expect(healthOf(99, 100)).toMatchObject({ liquidatable: true, excess: -1 })
    expect(healthOf(-20, 100)).toMatchObject({ health: { value: -0.2 }, liquidatable: true })
  })

  it('is −1 for a debt with nothing that requires margin', () => {
    expect(healthOf(-20, 20)).toEqual({
      health: { value: -1 },
      liquidatable: true,
      maintenanceMargin: 0,
      excess: -20,
    })
  })

  it('is none where nothing is required', () => {
    expect(healthOf(10, 0)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      excess: 10,
    })
  })

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Infinity, 1],
  ])('is unknown for %d against %d', (equity, requirement) => {
    expect(healthOf(equity, requirement)).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
      excess: null,
    })
  })
})

describe('encode', () => {
  it('refuses', () => {
    const account = accountId('deribit/1/BTC')
    const asset = assetId('venue:deribit/currency:BTC')
    expect(() => encode({ kind: 'withdraw', account, asset, amount: 'max' })).toThrow(
      OperationError,
    )
  })
})
