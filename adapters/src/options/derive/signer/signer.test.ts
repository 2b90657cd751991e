import { AuthRequiredError } from '@plimsoll/client'
import { InvalidIdError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { deriveSigner } from './index.js'

const WALLET = '0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const OTHER = '0x00000000000000000000000000000000000000aa'

describe('deriveSigner', () => {
  const signer = deriveSigner(
    [
      { wallet: WALLET, signMessage: async (message) => `first ${message}` },
      { wallet: OTHER, signMessage: async (message) => `second ${message}` },
    ],
    () => 1_797_685_200_000,
  )

  it('signs the time in milliseconds for the wallet that the request names', async () => {
    const body = JSON.stringify({ wallet: WALLET.toLowerCase() })
    expect(await signer({ body })).toEqual({
      'X-DeriveWallet': WALLET.toLowerCase(),
      'X-DeriveTimestamp': '1797685200000',
      'X-DeriveSignature': 'first 1797685200000',
    })
    const headers = await signer({ body: `{ "wallet" : "${OTHER}" }` })
    expect(headers['X-DeriveSignature']).toBe('second 1797685200000')
  })

  it('takes the time of the machine unless another is given', async () => {
    const own = deriveSigner([{ wallet: OTHER, signMessage: async (message) => message }])
    const before = Date.now()
    const headers = await own({ body: JSON.stringify({ wallet: OTHER }) })
    expect(Number(headers['X-DeriveTimestamp'])).toBeGreaterThanOrEqual(before)
    expect(Number(headers['X-DeriveTimestamp'])).toBeLessThanOrEqual(Date.now())
  })

  it('refuses a wallet without credentials, or none', async () => {
    const unknown = JSON.stringify({ wallet: `0x${'11'.repeat(20)}` })
    await expect(signer({ body: unknown })).rejects.toThrow(AuthRequiredError)
    await expect(signer({ body: unknown })).rejects.toThrow('0x1111')
    await expect(signer({ body: undefined })).rejects.toThrow('(none named)')
    await expect(signer({ body: '{}' })).rejects.toThrow(AuthRequiredError)
  })

  it('refuses what is not an address', () => {
    const signMessage = async (message: string) => message
    expect(() => deriveSigner([{ wallet: '0x12', signMessage }])).toThrow(InvalidIdError)
  })
})
