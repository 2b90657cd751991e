import { parseAbi } from 'viem'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod/mini'
import { AdapterError, MalformedCallAnswerError, SchemaError } from './errors.js'
import type { Answer, CallRequest, HttpRequest } from './index.js'
import { ask, contractCall, decodeBy, defineAdapter } from './index.js'
import { toyExchange } from './testing/toys.js'

const abi = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function name() view returns (string)',
])
const address = '0x1111111111111111111111111111111111111111'

describe('contractCall', () => {
  const call = contractCall({ address, abi, functionName: 'balanceOf', args: [address] })

  it('encodes its arguments and decodes by the type of the function', () => {
    expectTypeOf(call).toEqualTypeOf<CallRequest<bigint>>()
    expect(call.data).toBe(`0x70a08231${address.slice(2).padStart(64, '0')}`)
    expect(call.decode(`0x${'7'.padStart(64, '0')}`)).toBe(7n)
    expectTypeOf(contractCall({ address, abi, functionName: 'name' }).decode).returns.toBeString()
  })

  it('is a typed error for bytes that do not decode', () => {
    for (const answer of ['0x', '0x01', '0x'.padEnd(60, '0')] as const) {
      expect(() => call.decode(answer as `0x${string}`)).toThrow(MalformedCallAnswerError)
    }
  })

  it('carries what the planner is told', () => {
    const planned = contractCall({
      address,
      abi,
      functionName: 'name',
      gas: 90_000,
      answerBytes: 96,
    })
    expect(planned).toMatchObject({ gas: 90_000, answerBytes: 96 })
    expect(Object.keys(call)).not.toContain('gas')
  })
})

describe('ask', () => {
  it('gives each request an answer of its own type', () => {
    const http: HttpRequest<string> = {
      kind: 'http',
      host: 'api',
      method: 'GET',
      path: '/',
      decode: String,
    }
    const call = contractCall({ address, abi, functionName: 'balanceOf', args: [address] })
    const round = function* () {
      return yield* ask([call, http])
    }
    const rounds = round()
    expect(rounds.next([]).value).toEqual([call, http])
    const answers: readonly Answer[] = [
      { ok: true, value: 7n },
      { ok: true, value: 'x' },
    ]
    const { value } = rounds.next(answers)
    expect(value).toEqual(answers)
    type Returned = ReturnType<typeof round> extends Generator<unknown, infer R> ? R : never
    expectTypeOf<Returned[0]>().toEqualTypeOf<Answer<bigint>>()
    expectTypeOf<Returned[1]>().toEqualTypeOf<Answer<string>>()
  })
})

describe('decodeBy', () => {
  it('returns what the schema makes of it, or names the fields that do not fit', () => {
    const decode = decodeBy(z.object({ price: z.number() }), 'the price')
    expect(decode({ price: 7, more: 'ignored' })).toEqual({ price: 7 })
    expect(() => decode({ price: '7' })).toThrow(SchemaError)
    expect(() => decode({})).toThrow(/the price[\s\S]*price/)
  })
})

describe('defineAdapter', () => {
  it('returns the adapter as it is', () => {
    const adapter = toyExchange()
    expect(defineAdapter(adapter)).toBe(adapter)
  })

  it('refuses a malformed id, and an adapter without chains and hosts', () => {
    for (const id of ['', 'a', 'Upper', 'with space', 'x'.repeat(33), '-dash']) {
      expect(() => defineAdapter({ ...toyExchange(), id })).toThrow(AdapterError)
    }
    expect(() => defineAdapter({ ...toyExchange(), hosts: {} })).toThrow(/neither chains nor hosts/)
  })
})
