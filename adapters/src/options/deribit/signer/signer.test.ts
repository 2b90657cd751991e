import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deribitSigner, hmacSha256 } from './index.js'

const URL_TEXT = 'https://www.deribit.com/api/v2/private/get_positions?currency=any'

describe('deribitSigner', () => {
  it('signs time, nonce, method, path with query, and body', async () => {
    const texts: string[] = []
    const signer = deribitSigner(
      {
        clientId: 'key-1',
        sign: async (text) => {
          texts.push(text)
          return 'abc'
        },
      },
      () => 1_700_000_000_123,
    )
    const headers = await signer({ method: 'GET', url: URL_TEXT, body: undefined })
    const nonce = /nonce=(\S+)$/.exec(headers.Authorization ?? '')?.[1]
    expect(headers.Authorization).toBe(
      `deri-hmac-sha256 id=key-1,ts=1700000000123,sig=abc,nonce=${nonce}`,
    )
    expect(texts).toEqual([
      `1700000000123\n${nonce}\nGET\n/api/v2/private/get_positions?currency=any\n\n`,
    ])
    await signer({ method: 'POST', url: URL_TEXT, body: '{}' })
    expect(texts[1]).toMatch(/\nPOST\n\/api\/v2\/private\/get_positions\?currency=any\n\{\}\n$/)
  })

  it('takes a new nonce for each request, and the time of the machine unless another is given', async () => {
    const signer = deribitSigner({ clientId: 'k', sign: async () => 's' })
    const before = Date.now()
    const [first, second] = await Promise.all(
      [1, 2].map(() => signer({ method: 'GET', url: URL_TEXT, body: undefined })),
    )
    const time = Number(/ts=(\d+)/.exec(first?.Authorization ?? '')?.[1])
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
    expect(first?.Authorization?.split('nonce=')[1]).not.toBe(
      second?.Authorization?.split('nonce=')[1],
    )
  })

  it('never sends the secret', async () => {
    const secret = 'made-up-secret'
    const signer = deribitSigner({ clientId: 'k', sign: hmacSha256(secret) })
    const headers = await signer({ method: 'GET', url: URL_TEXT, body: undefined })
    expect(JSON.stringify(headers)).not.toContain(secret)
  })
})

describe('hmacSha256', () => {
  it.each([
    ['a short secret', 'secret', 'text'],
    ['one as long as a block', 'k'.repeat(64), 'text'],
    ['one longer than a block', 'k'.repeat(65), 'text'],
    ['letters beyond ASCII', 'clé', 'größer\n'],
    ['nothing to sign', 'secret', ''],
  ])('is HMAC-SHA-256 in hex: %s', async (_name, secret, text) => {
    const expected = createHmac('sha256', secret).update(text).digest('hex')
    expect(await hmacSha256(secret)(text)).toBe(expected)
  })
})
