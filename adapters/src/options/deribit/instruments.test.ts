import { UnsupportedVenueStateError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { parseInstrument } from './instruments.js'

const EXPIRY = Date.UTC(2026, 11, 25, 8) / 1000

describe('parseInstrument', () => {
  it('reads perpetuals, settled in the coin or in a stable coin', () => {
    expect(parseInstrument('BTC-PERPETUAL')).toEqual({
      name: 'BTC-PERPETUAL',
      kind: 'perpetual',
      underlying: 'BTC',
      settlement: 'BTC',
      payoff: 'inverse',
      pair: 'btc_usd',
    })
    expect(parseInstrument('SOL_USDC-PERPETUAL')).toMatchObject({
      underlying: 'SOL',
      settlement: 'USDC',
      payoff: 'linear',
      pair: 'sol_usdc',
    })
  })

  it('reads the expiry of futures at 08:00 UTC', () => {
    expect(parseInstrument('ETH-25DEC26')).toMatchObject({ kind: 'future', expiry: EXPIRY })
    expect(parseInstrument('ETH-5JUN26')).toMatchObject({
      expiry: Date.UTC(2026, 5, 5, 8) / 1000,
    })
  })

  it('reads strike and right of options, with d for the decimal point', () => {
    expect(parseInstrument('BTC-25DEC26-100000-C')).toMatchObject({
      kind: 'option',
      expiry: EXPIRY,
      strike: '100000',
      right: 'call',
    })
    expect(parseInstrument('XRP_USDC-25DEC26-0d625-P')).toMatchObject({
      strike: '0.625',
      right: 'put',
      pair: 'xrp_usdc',
    })
  })

  it.each([
    'BTC-FS-28JUN24_PERP',
    'BTC-COMBO-1',
    'BTC-CS-25DEC26-60000_70000',
    'BTC-31FEB26',
    'BTC-25XYZ26',
    'BTC_EURR-PERPETUAL',
    'BTC',
    '',
    'btc-PERPETUAL',
  ])('refuses %s', (name) => {
    expect(() => parseInstrument(name)).toThrow(UnsupportedVenueStateError)
  })
})
