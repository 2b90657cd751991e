import { describe, expect, it } from 'vitest'
import { isBlockGone, isTooMuch, nodeError, nodeFailure, refusesBlockHash } from './nodeError.js'

const rpc = (code: number, message: string) => nodeFailure({ name: 'RpcError', code, message })
const text = (message: string) => nodeFailure({ name: 'RpcError', code: -32000, message })

// What nodes of several makers say, in their words.
const GONE = [
  'header not found',
  'header for hash not found',
  'block not found',
  'Unknown block',
  'hash 0xab is not currently canonical block not canonical',
  'missing trie node 1234 (path )',
  'historical state 0xab is not available',
]
const TOO_MUCH = [
  'out of gas',
  'OutOfGas',
  'out of gas: gas required exceeds allowance: 50000000',
  'gas required exceeds allowance (50000000)',
  'intrinsic gas too high',
  'execution reverted',
  'max code size exceeded',
  'max initcode size exceeded: code size 51000 limit 49152',
  'response too large',
  'request entity too large',
]
const NO_HASH = [
  'invalid argument 1: json: cannot unmarshal object into Go value of type string',
  'invalid type: map, expected a string',
  'EIP-1898 is not supported',
]

describe('what a node says', () => {
  it.each(GONE)('"%s": the block is gone, and nothing else', (message) => {
    expect(isBlockGone(text(message))).toBe(true)
    expect(isTooMuch(text(message))).toBe(false)
    expect(refusesBlockHash(text(message))).toBe(false)
  })

  it.each(TOO_MUCH)('"%s": it was too much at once, and nothing else', (message) => {
    expect(isTooMuch(text(message))).toBe(true)
    expect(isBlockGone(text(message))).toBe(false)
    expect(refusesBlockHash(text(message))).toBe(false)
  })

  it.each(NO_HASH)('"%s": it takes no block hash', (message) => {
    expect(refusesBlockHash(text(message))).toBe(true)
    expect(isTooMuch(text(message))).toBe(false)
    expect(isBlockGone(text(message))).toBe(false)
  })

  it('is not too much when it is a rate limit', () => {
    expect(isTooMuch(rpc(-32005, 'request limit exceeded, response too large'))).toBe(false)
    expect(isTooMuch(rpc(429, 'out of gas'))).toBe(false)
  })

  it('refuses the hash by the code for invalid parameters, unless the block is gone', () => {
    expect(refusesBlockHash(rpc(-32602, 'nope'))).toBe(true)
    expect(refusesBlockHash(rpc(-32602, 'header not found'))).toBe(false)
    expect(refusesBlockHash(rpc(-32000, 'nope'))).toBe(false)
  })
})

describe('nodeFailure', () => {
  it('reads causes to the bottom, and whatever is thrown', () => {
    const inner = Object.assign(new Error('inner https://node.test/key'), { code: -32000 })
    const outer = Object.assign(new Error('outer', { cause: inner }), { code: -1, status: 502 })
    expect(nodeFailure(outer)).toMatchObject({ code: -32000, status: 502 })
    expect(nodeFailure(outer).text).toBe('outer inner <address>')
    expect(nodeFailure('text').text).toBe('text')
    expect(nodeFailure(undefined).text).toBe('undefined')
    const endless: { cause?: unknown; message: string } = { message: 'loop' }
    endless.cause = endless
    expect(nodeFailure(endless).text).toBe('loop')
  })
})

describe('nodeError', () => {
  it('keeps neither the cause nor the address: both may hold a key', () => {
    const failure = nodeFailure(new Error('connect wss://node.test/v2/secret-key refused'))
    const error = nodeError(failure, 1, 'eth_call')
    expect(error.name).toBe('ConnectionError')
    expect(error.cause).toBeUndefined()
    expect(error.message).not.toContain('secret-key')
    expect(error.message).toContain('eth_call on chain 1')
  })
})
