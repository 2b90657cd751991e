import { parseAmount, UnsupportedVenueStateError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { parseInstrument } from './instruments.js'

describe('parseInstrument', () => {
  it('reads perps', () => {
    expect(parseInstrument('ETH-PERP')).toEqual({ kind: 'perp', currency: 'ETH' })
  })

  it('reads options, which expire at 08:00 UTC', () => {
    expect(parseInstrument('ETH-20261225-1500-C')).toEqual({
      kind: 'option',
      currency: 'ETH',
      expiry: Date.UTC(2026, 11, 25, 8) / 1000,
      strike: parseAmount('1500'),
      right: 'call',
    })
    expect(parseInstrument('DOGE-20260627-0_12-P')).toMatchObject({
      strike: parseAmount('0.12'),
      right: 'put',
    })
  })

  it.each(['ETH', 'ETH-20261225', 'ETH-2026125-1500-C', 'ETH-20261225-1500-X', 'ETH-PERP-1', ''])(
    'refuses "%s" by name',
    (name) => {
      expect(() => parseInstrument(name)).toThrow(UnsupportedVenueStateError)
      expect(() => parseInstrument(name)).toThrow(`"${name}"`)
    },
  )
})
