import type { CallRequest } from '@plimsoll/client'
import { MalformedCallAnswerError } from '@plimsoll/client'
import type { Address, Hex } from 'viem'

/** A view with an answer of fixed length. */
export type ViewSignature =
  | 'POOL_REVISION()'
  | 'getPriceOracle()'
  | 'getPriceOracleSentinel()'
  | 'isLiquidationAllowed()'
  | 'isBorrowAllowed()'
  | 'BASE_CURRENCY()'
  | 'BASE_CURRENCY_UNIT()'
  | 'getAssetPrice(address)'
  | 'getReserveData(address)'
  | 'getLiquidationGracePeriod(address)'
  | 'getUserConfiguration(address)'
  | 'getUserEMode(address)'
  | 'getUserAccountData(address)'
  | 'getEModeCategoryCollateralConfig(uint8)'
  | 'getEModeCategoryCollateralBitmap(uint8)'
  | 'getEModeCategoryBorrowableBitmap(uint8)'
  | 'getEModeCategoryLtvzeroBitmap(uint8)'
  | 'getIsEModeCategoryIsolated(uint8)'
  | 'scaledBalanceOf(address)'
  | 'scaledTotalSupply()'
  | 'balanceOf(address)'

/** A view that is asked: its selector, and how many 32-byte words it answers. */
type View = { readonly selector: Hex; readonly words: number; readonly gas?: number }

/**
 * The views by their signatures; a test recomputes the selectors. All answers are words, so that
 * their exact length is checked and nothing is read beyond it.
 */
export const VIEWS: { readonly [signature in ViewSignature]: View } = {
  'POOL_REVISION()': { selector: '0x0148170e', words: 1 },
  'getPriceOracle()': { selector: '0xfca513a8', words: 1 },
  'getPriceOracleSentinel()': { selector: '0x5eb88d3d', words: 1 },
  'isLiquidationAllowed()': { selector: '0x7a5d20ea', words: 1 },
  'isBorrowAllowed()': { selector: '0x49aa2e81', words: 1 },
  'BASE_CURRENCY()': { selector: '0xe19f4700', words: 1 },
  'BASE_CURRENCY_UNIT()': { selector: '0x8c89b64f', words: 1 },
  'getAssetPrice(address)': { selector: '0xb3596f07', words: 1 },
  'getReserveData(address)': { selector: '0x35ea6a75', words: 15, gas: 60_000 },
  'getLiquidationGracePeriod(address)': { selector: '0x5c9a8b18', words: 1 },
  'getUserConfiguration(address)': { selector: '0x4417a583', words: 1 },
  'getUserEMode(address)': { selector: '0xeddf1b79', words: 1 },
  'getUserAccountData(address)': { selector: '0xbf92857c', words: 6, gas: 1_500_000 },
  'getEModeCategoryCollateralConfig(uint8)': { selector: '0xb286f467', words: 3 },
  'getEModeCategoryCollateralBitmap(uint8)': { selector: '0xb0771dba', words: 1 },
  'getEModeCategoryBorrowableBitmap(uint8)': { selector: '0x903a2c71', words: 1 },
  'getEModeCategoryLtvzeroBitmap(uint8)': { selector: '0xfd89dee5', words: 1 },
  'getIsEModeCategoryIsolated(uint8)': { selector: '0x05f68acb', words: 1 },
  'scaledBalanceOf(address)': { selector: '0x1da24f3e', words: 1 },
  'scaledTotalSupply()': { selector: '0xb1bf962d', words: 1 },
  'balanceOf(address)': { selector: '0x70a08231', words: 1 },
}

/** A view whose answer has a dynamic part. */
export type DynamicSignature =
  | 'getReservesList()'
  | 'getAssetsPrices(address[])'
  | 'getEModeCategoryData(uint8)'
  | 'symbol()'

/** Their selectors. */
export const DYNAMIC_VIEWS: { readonly [signature in DynamicSignature]: Hex } = {
  'getReservesList()': '0xd1946dbc',
  'getAssetsPrices(address[])': '0x9d23d9f2',
  'getEModeCategoryData(uint8)': '0x6c6f6ae1',
  'symbol()': '0x95d89b41',
}

/** An answer as 32-byte words. */
export type Words = readonly bigint[]

/** Asks a view that answers a fixed number of words. */
export function viewCall(
  to: Address,
  signature: ViewSignature,
  args: readonly bigint[] = [],
): CallRequest<Words> {
  const { selector, words, gas = 50_000 } = VIEWS[signature]
  return {
    kind: 'call',
    to,
    data: encode(selector, args),
    gas,
    answerBytes: words * 32,
    decode: (answer) => {
      const decoded = wordsOf(answer)
      if (decoded.length === words) return decoded
      throw malformed(to, signature, answer)
    },
  }
}

/** Asks for the addresses of all reserves. */
export function reservesListCall(pool: Address): CallRequest<Words> {
  return arrayCall(pool, 'getReservesList()', [], null)
}

/** Asks for the prices of assets, in their order. */
export function pricesCall(oracle: Address, assets: readonly bigint[]): CallRequest<Words> {
  const args = [32n, BigInt(assets.length), ...assets]
  return arrayCall(oracle, 'getAssetsPrices(address[])', args, assets.length)
}

function arrayCall(
  to: Address,
  signature: DynamicSignature,
  args: readonly bigint[],
  length: number | null,
): CallRequest<Words> {
  return {
    kind: 'call',
    to,
    data: encode(DYNAMIC_VIEWS[signature], args),
    gas: 100_000 + 60_000 * (length ?? 1),
    answerBytes: 64 + 32 * (length ?? 100),
    decode: (answer) => {
      const [offset, count, ...items] = wordsOf(answer)
      const expected = length ?? Number(count ?? 0n)
      if (offset === 32n && count === BigInt(expected) && items.length === expected) return items
      throw malformed(to, signature, answer)
    },
  }
}

/** Asks for an e-mode up to 3.1: LTV, threshold, bonus and price source; the label is left out. */
export function eModeCategoryCall(pool: Address, id: number): CallRequest<Words> {
  return {
    kind: 'call',
    to: pool,
    data: encode(DYNAMIC_VIEWS['getEModeCategoryData(uint8)'], [BigInt(id)]),
    answerBytes: 256,
    decode: (answer) => {
      const [offset, ...category] = wordsOf(answer)
      const [ltv, threshold, bonus, source, label, length] = category
      const filled = 6 + Math.ceil(Number(length ?? 0n) / 32)
      if (offset === 32n && label === 160n && category.length === filled) {
        return [ltv, threshold, bonus, source].map((word) => word ?? 0n)
      }
      throw malformed(pool, 'getEModeCategoryData(uint8)', answer)
    },
  }
}

/** Asks for the symbol of a token: text, or the bytes32 of old tokens. */
export function symbolCall(token: Address): CallRequest<string> {
  return {
    kind: 'call',
    to: token,
    data: DYNAMIC_VIEWS['symbol()'],
    answerBytes: 96,
    decode: (answer) => {
      const words = wordsOf(answer)
      const isText = words.length > 1
      const length = isText ? Number(words[1]) : 32
      const bytes = answer.slice(isText ? 130 : 2).slice(0, 2 * length)
      const codes = bytes.match(/../g) ?? []
      const text = codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('')
      const symbol = text.replace(/[^\x21-\x7e]/g, '').slice(0, 32)
      if (symbol !== '') return symbol
      throw malformed(token, 'symbol()', answer)
    },
  }
}

function encode(selector: Hex, args: readonly bigint[]): Hex {
  return `${selector}${args.map((word) => word.toString(16).padStart(64, '0')).join('')}`
}

function wordsOf(answer: Hex): Words {
  if (!/^0x([0-9a-fA-F]{64})*$/.test(answer)) return []
  return (answer.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`))
}

function malformed(to: Address, signature: string, answer: Hex): MalformedCallAnswerError {
  return new MalformedCallAnswerError(
    `${signature} of ${to} answered ${(answer.length - 2) / 2} bytes that are no answer to it. Check that the address is this contract on this chain and that the node is synced.`,
  )
}

/** The address in a word. @throws MalformedCallAnswerError when there is more in it */
export function addressOf(word: bigint | undefined): Address {
  if (word !== undefined && word >> 160n === 0n) {
    return `0x${word.toString(16).padStart(40, '0')}`
  }
  throw new MalformedCallAnswerError(
    `The word ${word} is not an address. Check that the market's addresses are of this chain and that the node is synced.`,
  )
}
