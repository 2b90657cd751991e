import { MalformedCallAnswerError } from '@plimsoll/client'
import type { Address } from 'viem'
import type { Rounds } from '../../together.js'
import { dollarOracleOf, orNull, tokenOf } from '../tokens.js'
import { addressOf, newRound, type Words } from '../words.js'
import type { CompoundV3Market } from './deployments.js'
import { type KnownAsset, type Memory, MOST_ASSETS } from './memory.js'
import { VIEWS } from './views.js'

/**
 * Finds out what a market lends and of which assets the owners have collateral there. Three rounds.
 *
 * @throws PlimsollError when anything was not answered, or makes no sense
 */
export function* discover(
  { comet, dollarPrices }: CompoundV3Market,
  addresses: readonly Address[],
): Rounds<Memory> {
  const first = newRound()
  const count = first.ask(comet, VIEWS.numAssets)
  const baseToken = first.ask(comet, VIEWS.baseToken)
  const baseFeed = first.ask(comet, VIEWS.baseFeed)
  const accounts = addresses.map((address) => ({
    address,
    told: first.ask(comet, VIEWS.account, BigInt(address)),
  }))
  const oracle = dollarPrices === null ? null : first.ask(dollarPrices, VIEWS.dollarOracle)
  yield* first.send()
  const [numAssets = 0n] = count()
  const owners = accounts.map(({ address, told }) => ({
    address,
    held: heldOf(comet, told(), Number(numAssets)),
  }))
  const base = addressOf(baseToken()[0])
  const offsets = [...new Set(owners.flatMap(({ held }) => held))].sort((a, b) => a - b)
  const dollarOracle = oracle === null ? null : orNull(() => addressOf(oracle()[0]))

  const second = newRound()
  const baseSymbol = second.ask(base, VIEWS.symbol)
  const baseDecimals = second.ask(base, VIEWS.decimals)
  const unit = dollarOracle === null ? null : second.ask(dollarOracle, VIEWS.dollarUnit)
  const infos = offsets.map((offset) => ({
    offset,
    told: second.ask(comet, VIEWS.asset, BigInt(offset)),
  }))
  yield* second.send()

  const third = newRound()
  const assets = infos.map(({ offset, told }) => {
    const { token, feed } = identityOf(told())
    const symbol = third.ask(token, VIEWS.symbol)
    const decimals = third.ask(token, VIEWS.decimals)
    return (): KnownAsset => ({ offset, feed, token: tokenOf(token, symbol, decimals) })
  })
  yield* third.send()
  return {
    comet,
    base: tokenOf(base, baseSymbol, baseDecimals),
    baseFeed: addressOf(baseFeed()[0]),
    dollars: dollarOracleOf(dollarOracle, unit),
    assets: assets.map((asset) => asset()),
    owners,
  }
}

/** Token and price feed of an asset's eight words. @throws MalformedCallAnswerError */
export function identityOf(words: Words): { readonly token: Address; readonly feed: Address } {
  return { token: addressOf(words[1]), feed: addressOf(words[2]) }
}

/** The places of the assets in the two bit fields of an account. @throws MalformedCallAnswerError */
export function heldOf(comet: Address, words: Words, numAssets: number): readonly number[] {
  const [, , , low = 0n, high = 0n] = words
  const bits = low | (high << 16n)
  const isPlausible =
    numAssets <= MOST_ASSETS &&
    low >> 16n === 0n &&
    high >> 8n === 0n &&
    bits >> BigInt(numAssets) === 0n
  if (!isPlausible) {
    throw new MalformedCallAnswerError(
      `Market ${comet} says that an account has collateral which the market does not take. Check the market's address and that the node is synced.`,
    )
  }
  return Array.from({ length: numAssets }, (_none, offset) => offset).filter(
    (offset) => (bits >> BigInt(offset)) & 1n,
  )
}
