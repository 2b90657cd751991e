import fc from 'fast-check'
import type { Hex } from 'viem'
import { decodeFunctionData, encodeFunctionData, encodeFunctionResult, multicall3Abi } from 'viem'
import { describe, expect, it } from 'vitest'
import { decodeDeployless, encodeDeployless } from './deployless.js'
import { MalformedCallAnswerError } from './errors.js'
import { decodeAggregate3, encodeAggregate3 } from './multicall.js'

const bytes = (size: number) =>
  fc
    .uint8Array({ minLength: size, maxLength: size })
    .map((array): Hex => `0x${Buffer.from(array).toString('hex')}`)
const anyBytes = fc.nat(100).chain(bytes)
const calls = fc.array(fc.record({ to: bytes(20), data: anyBytes }), { maxLength: 12 })
const answers = fc.array(fc.record({ success: fc.boolean(), returnData: anyBytes }), {
  maxLength: 12,
})

describe('encodeAggregate3', () => {
  it("writes what viem's encoder writes", () => {
    fc.assert(
      fc.property(calls, (list) => {
        const args = list.map(({ to, data }) => ({
          target: to,
          allowFailure: true,
          callData: data,
        }))
        expect(encodeAggregate3(list)).toBe(
          encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [args] }),
        )
      }),
    )
  })

  it("is read by viem's decoder", () => {
    const data = encodeAggregate3([{ to: `0x${'11'.repeat(20)}`, data: '0x1234' }])
    expect(decodeFunctionData({ abi: multicall3Abi, data })).toMatchObject({
      functionName: 'aggregate3',
      args: [[{ allowFailure: true, callData: '0x1234' }]],
    })
  })
})

const encoded = (list: readonly { success: boolean; returnData: Hex }[]) =>
  encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result: list })

describe('decodeAggregate3', () => {
  it("reads what viem's encoder writes", () => {
    fc.assert(
      fc.property(answers, (list) => {
        expect(decodeAggregate3(encoded(list), list.length)).toEqual(
          list.map(({ success, returnData }) => ({ success, data: returnData })),
        )
      }),
    )
  })

  it('never takes a cut-off answer for a whole one', () => {
    fc.assert(
      fc.property(answers, fc.nat(), (list, at) => {
        fc.pre(list.some(({ returnData }) => returnData !== '0x'))
        const whole = encoded(list)
        // Padding behind the last byte carries nothing: cut at or before the last one that does.
        const last = list.at(-1)?.returnData ?? '0x'
        const padding = (32 - (((last.length - 2) / 2) % 32 || 32)) * 2
        const end = 2 + (at % ((whole.length - 2 - padding) / 2)) * 2
        expect(() => decodeAggregate3(whole.slice(0, end), list.length)).toThrow(
          MalformedCallAnswerError,
        )
      }),
    )
  })

  it('is a typed error for whatever else a node may answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), anyBytes),
        fc.integer({ min: 1, max: 5 }),
        (junk, count) => {
          for (const decode of [decodeAggregate3, decodeDeployless]) {
            try {
              expect(decode(junk, count)).toHaveLength(count)
            } catch (error) {
              expect(error).toBeInstanceOf(MalformedCallAnswerError)
            }
          }
        },
      ),
    )
  })

  it('refuses another number of answers and flags that are none', () => {
    const two = encoded([
      { success: true, returnData: '0x01' },
      { success: false, returnData: '0x' },
    ])
    expect(() => decodeAggregate3(two, 1)).toThrow(/does not hold 1/)
    expect(() => decodeAggregate3(two, 3)).toThrow(/does not hold 3/)
    // The fifth word is the first answer's flag.
    const odd = `${two.slice(0, 2 + 4 * 64)}${'2'.padStart(64, '0')}${two.slice(2 + 5 * 64)}`
    expect(() => decodeAggregate3(odd, 2)).toThrow(MalformedCallAnswerError)
  })
})

describe('decodeDeployless', () => {
  const packed = (list: readonly { success: boolean; returnData: Hex }[]) =>
    `0x${list
      .map(({ success, returnData }) => {
        const size = ((returnData.length - 2) / 2).toString(16).padStart(8, '0')
        return `${success ? '01' : '00'}${size}${returnData.slice(2)}`
      })
      .join('')}`

  it('reads what the aggregator packs', () => {
    fc.assert(
      fc.property(answers, (list) => {
        fc.pre(list.length > 0)
        expect(decodeDeployless(packed(list), list.length)).toEqual(
          list.map(({ success, returnData }) => ({ success, data: returnData })),
        )
      }),
    )
  })

  it('takes neither less nor more than all of it', () => {
    fc.assert(
      fc.property(answers, fc.nat(), (list, at) => {
        fc.pre(list.length > 0)
        const whole = packed(list)
        const cut = whole.slice(0, 2 + (at % ((whole.length - 2) / 2)) * 2)
        expect(() => decodeDeployless(cut, list.length)).toThrow(MalformedCallAnswerError)
        expect(() => decodeDeployless(`${whole}00`, list.length)).toThrow(MalformedCallAnswerError)
      }),
    )
  })
})

describe('encodeDeployless', () => {
  it('packs the calls behind the aggregator', () => {
    const to: Hex = `0x${'11'.repeat(20)}`
    const none = encodeDeployless([])
    const one = encodeDeployless([{ to, data: '0xabcd' }])
    expect(one).toBe(`${none}${'11'.repeat(20)}00000002abcd`)
    expect(Number.parseInt(none.slice(4, 6), 16)).toBe((none.length - 2) / 2)
  })
})
