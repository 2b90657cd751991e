import { describe, expect, it } from 'vitest'
import { UsageError } from '../errors.js'
import { parseBlocks, parseRpcs } from './chains.js'
import { parseHosts } from './hosts.js'
import { parseOwners } from './owners.js'
import { parseShocks } from './shocks.js'
import { parseNow, parseThresholds } from './thresholds.js'

const OWNER = `0x${'Ab'.repeat(20)}`
const refused = (parse: () => unknown) => {
  try {
    parse()
  } catch (error) {
    return error instanceof UsageError ? error.shortMessage : String(error)
  }
  return 'accepted'
}

describe('parseOwners', () => {
  it('takes addresses, accounts of one chain and accounts of a venue', () => {
    expect(parseOwners([OWNER, `eip155:1:${OWNER}`, 'venue:bank:7'])).toEqual([
      `eip155:_:${OWNER.toLowerCase()}`,
      `eip155:1:${OWNER.toLowerCase()}`,
      'venue:bank:7',
    ])
  })

  it.each(['0x12', `${OWNER}00`, 'vitalik.eth', '', `eip155:x:${OWNER}`])(
    'refuses "%s"',
    (text) => {
      expect(refused(() => parseOwners([text]))).toContain('is not a valid owner. Expected')
    },
  )
})

describe('parseRpcs', () => {
  it('takes the option before the environment, which keeps keys out of the list of processes', () => {
    const environment = {
      PLIMSOLL_RPC_1: 'https://a.example',
      PLIMSOLL_RPC_10: 'https://b.example',
    }
    expect([...parseRpcs(['1=http://c.example/?key=x=y'], environment)]).toEqual([
      [1, 'http://c.example/?key=x=y'],
      [10, 'https://b.example'],
    ])
  })

  it.each([
    ['http://node.example', 'is not key=value'],
    ['1=', 'is not key=value'],
    ['=http://node.example', 'is not key=value'],
    ['ethereum=http://node.example', 'Use the number of the chain'],
    ['0=http://node.example', 'Use the number of the chain'],
    ['1.5=http://node.example', 'Use the number of the chain'],
    ['1=node.example', 'is not an http or https address'],
    ['1=file:///etc/passwd', 'is not an http or https address'],
    ['1=wss://node.example', 'is not an http or https address'],
  ])('refuses "%s"', (text, why) => {
    expect(refused(() => parseRpcs([text], {}))).toContain(why)
  })

  it('refuses two nodes of one chain, and never repeats an address, which may hold a key', () => {
    expect(refused(() => parseRpcs(['1=http://a.example', '1=http://b.example'], {}))).toContain(
      'twice',
    )
    expect(refused(() => parseRpcs(['1=ftp://a.example/SECRET'], {}))).not.toContain('SECRET')
    expect(refused(() => parseRpcs([], { PLIMSOLL_RPC_1: 'SECRET' }))).not.toContain('SECRET')
  })
})

describe('parseBlocks', () => {
  it('takes one number a chain', () => {
    expect(parseBlocks(['1=21000000', '10=0'], [1, 10])).toEqual({ 1: 21_000_000n, 10: 0n })
  })

  it.each([
    ['21000000', 'is not key=value'],
    ['1=latest', 'has no block number'],
    ['1=-5', 'has no block number'],
    ['1=0x10', 'has no block number'],
    ['10=5', 'for which there is no --rpc'],
  ])('refuses "%s"', (text, why) => {
    expect(refused(() => parseBlocks([text], [1]))).toContain(why)
  })

  it('refuses two blocks of one chain', () => {
    expect(refused(() => parseBlocks(['1=0', '1=5'], [1]))).toContain('twice')
  })
})

describe('parseHosts', () => {
  it('takes venue and host apart', () => {
    expect(parseHosts(['bank.api=http://localhost:1', 'bank.feed=http://localhost:2'])).toEqual({
      bank: { api: 'http://localhost:1', feed: 'http://localhost:2' },
    })
  })

  it.each([
    ['bank=http://localhost', 'is not venue.host'],
    ['bank.=http://localhost', 'is not venue.host'],
    ['a.b.c=http://localhost', 'is not venue.host'],
    ['bank.api=localhost', 'is not an http or https address'],
  ])('refuses "%s"', (text, why) => {
    expect(refused(() => parseHosts([text]))).toContain(why)
  })
})

describe('parseShocks', () => {
  it('takes percentages and fractions, factors, assets and marks', () => {
    expect(
      parseShocks([
        'ETH=-20%',
        'spot:BTC=-0.1',
        'peg:USDC/USD=+3%',
        `eip155:1/erc20:${OWNER}=-5%`,
        'mark:bank/a=b=-1%',
      ]),
    ).toEqual({
      factors: { 'spot:ETH': -0.2, 'spot:BTC': -0.1, 'peg:USDC/USD': 0.03 },
      assets: { [`eip155:1/erc20:${OWNER.toLowerCase()}`]: -0.05 },
      marks: { 'bank/a=b': -0.01 },
    })
  })

  it.each([
    ['ETH', 'is not key=value'],
    ['ETH=', 'is not key=value'],
    ['ETH=down', 'Write a move of at least -100%'],
    ['ETH=-101%', 'Write a move of at least -100%'],
    ['ETH=-20', 'Write a move of at least -100%'],
    ['ETH=1e3', 'Write a move of at least -100%'],
    ['ETH=20', 'Write 20% if a percentage is meant'],
    ['E T H=-20%', 'cannot move'],
  ])('refuses "%s"', (text, why) => {
    expect(refused(() => parseShocks([text]))).toContain(why)
  })

  it('refuses no shock at all, and two of the same thing', () => {
    expect(refused(() => parseShocks([]))).toContain('needs at least one shock')
    expect(refused(() => parseShocks(['ETH=-1%', 'spot:ETH=-2%']))).toContain('twice')
  })
})

describe('parseThresholds', () => {
  it('has defaults', () => {
    expect(parseThresholds({})).toEqual({ warn: 1.25, critical: 1.05 })
    expect(parseThresholds({ warn: '2', critical: '1' })).toEqual({ warn: 2, critical: 1 })
  })

  it.each([
    [{ warn: 'high' }, 'is not a health'],
    [{ critical: '0.9' }, 'is not a health'],
    [{ warn: '' }, 'is not a health'],
    [{ warn: 'Infinity' }, 'is not a health'],
    [{ warn: '1.1', critical: '1.2' }, 'is above --warn'],
  ])('refuses %j', (options, why) => {
    expect(refused(() => parseThresholds(options))).toContain(why)
  })
})

describe('parseNow', () => {
  it('takes unix milliseconds and dates with a time zone', () => {
    expect(parseNow('1795530910000')).toBe(1_795_530_910_000)
    expect(parseNow('2026-11-24T14:35:10Z')).toBe(1_795_530_910_000)
    expect(parseNow('2026-11-24T15:35:10+01:00')).toBe(1_795_530_910_000)
  })

  it.each(['today', '2026-11-24', '-5', '2026-11-24T14:35:10', ''])('refuses "%s"', (text) => {
    expect(refused(() => parseNow(text))).toContain('is no instant')
  })
})
