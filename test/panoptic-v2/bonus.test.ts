import { liquidationBonus, type Position } from '@plimsoll/adapters/options/panoptic-v2'
import { describe, expect, it } from 'vitest'
import { encodeTokenId, MEASURED_ENGINE } from '../truth-models/panoptic-v2.js'

describe('liquidationBonus', () => {
  const bonus = (
    balance: bigint,
    required: bigint,
    positions: readonly Position[] = [],
  ): readonly bigint[] =>
    liquidationBonus(
      MEASURED_ENGINE,
      { balance: [balance, 0n], required: [required, 0n], utilizations: [0n, 0n] },
      positions,
    ).bonus

  it('is a fifth of the balance, rounded down, or the shortfall if that is less', () => {
    expect(bonus(104n, 1_000n)).toEqual([20n, 0n])
    expect(bonus(104n, 111n)).toEqual([7n, 0n])
    expect(bonus(104n, 104n)).toEqual([0n, 0n])
    expect(bonus(104n, 90n)).toEqual([0n, 0n])
  })

  it('counts neither options nor credits as borrowed', () => {
    const common = { asset: 0, optionRatio: 1, tokenType: 0, strike: 0 }
    const tokenId = encodeTokenId(60, [
      { ...common, isLong: 0, riskPartner: 0, width: 4 },
      { ...common, isLong: 1, riskPartner: 1, width: 0 },
    ])
    const position = { tokenId, size: 1_000n, utilizations: [0n, 0n] } as const
    expect(bonus(104n, 1_000n, [position])).toEqual([20n, 0n])
  })

  it('pays nothing on what is borrowed', () => {
    const loan = {
      asset: 0,
      optionRatio: 1,
      isLong: 0,
      tokenType: 0,
      riskPartner: 0,
      strike: 0,
      width: 0,
    }
    const position = (size: bigint): Position => ({
      tokenId: encodeTokenId(60, [loan]),
      size,
      utilizations: [0n, 0n],
    })
    const [lent] = liquidationBonus(
      MEASURED_ENGINE,
      { balance: [0n, 0n], required: [0n, 0n], utilizations: [0n, 0n] },
      [position(1_000_000n)],
    ).loans
    expect(lent).toBeGreaterThanOrEqual(999_999n)
    expect(bonus(lent + 100n, 10n * lent, [position(1_000_000n)])).toEqual([20n, 0n])
    expect(bonus(lent - 1n, 10n * lent, [position(1_000_000n)])).toEqual([0n, 0n])
    expect(bonus(lent + 100n, lent + 107n, [position(1_000_000n)])).toEqual([7n, 0n])
  })
})
