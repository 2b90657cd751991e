import { describe, expect, it } from 'vitest'
import type { KnownOwner } from './memory.js'
import { borrows, usesAsCollateral } from './memory.js'

const ownerOf = (configuration: bigint): KnownOwner => ({
  address: '0x00000000000000000000000000000000000000aa',
  configuration,
  eMode: 0,
  suppliedOnly: [],
})

// Named after a published defect: a bitmap kept in a double, which loses every bit above the 53rd.
describe('dfs-bitmap-2^53', () => {
  it.each([0, 26, 27, 60, 127])('tells both bits of reserve %i apart', (id) => {
    const everyOther = (1n << 256n) - 1n - (0b11n << BigInt(2 * id))
    const borrowed = ownerOf(0b01n << BigInt(2 * id))
    const pledged = ownerOf(0b10n << BigInt(2 * id))
    expect([borrows(borrowed, id), usesAsCollateral(borrowed, id)]).toEqual([true, false])
    expect([borrows(pledged, id), usesAsCollateral(pledged, id)]).toEqual([false, true])
    expect(borrows(ownerOf(everyOther), id) || usesAsCollateral(ownerOf(everyOther), id)).toBe(
      false,
    )
  })
})
