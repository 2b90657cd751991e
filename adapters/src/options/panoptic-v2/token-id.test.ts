import { InvalidRuleError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { decodeTokenId } from './token-id.js'

const SPACING_60 = 60n << 48n
/** asset 1, ratio 3, long, puts, partner 0, strike −120, width 5. */
const LEG =
  1n | (3n << 1n) | (1n << 8n) | (1n << 9n) | (BigInt.asUintN(24, -120n) << 12n) | (5n << 36n)

const at = (leg: bigint, index: number): bigint => leg << BigInt(64 + 48 * index)
const partner = (index: number): bigint => BigInt(index) << 10n

describe('decodeTokenId', () => {
  it('reads each field from its bits', () => {
    expect(decodeTokenId(at(LEG, 0) | SPACING_60 | 0xabcdn)).toEqual({
      poolId: SPACING_60 | 0xabcdn,
      tickSpacing: 60,
      legs: [
        {
          asset: 1,
          optionRatio: 3n,
          isLong: true,
          tokenType: 1,
          riskPartner: 0,
          strike: -120,
          width: 5,
        },
      ],
    })
  })

  it('reads up to four legs, each with its own partner', () => {
    const id = [0, 1, 2, 3].reduce(
      (word, index) => word | at(LEG | partner(index), index),
      SPACING_60,
    )
    expect(decodeTokenId(id).legs.map(({ riskPartner }) => riskPartner)).toEqual([0, 1, 2, 3])
  })

  it.each([
    ['nothing', 0n],
    ['no legs', SPACING_60],
    ['no tick spacing', at(LEG, 0)],
    ['a gap between legs', at(LEG, 0) | at(LEG | partner(2), 2) | SPACING_60],
    [
      'a gap before the first leg',
      [1, 2, 3].reduce((word, index) => word | at(LEG | partner(index), index), SPACING_60),
    ],
    ['a partner that is not there', at(LEG | partner(1), 0) | SPACING_60],
    [
      'a partner that names another',
      at(LEG | partner(1), 0) | at(LEG | partner(1), 1) | SPACING_60,
    ],
    ['a strike at the last tick', (887_272n << 76n) | (1n << 65n) | SPACING_60],
    ['more than a word', 1n << 256n],
    ['less than nothing', -1n],
  ])('refuses an id with %s', (_what, id) => {
    expect(() => decodeTokenId(id)).toThrow(InvalidRuleError)
  })
})
