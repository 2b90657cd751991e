import type { FactorId } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'

/**
 * Underlyings that mean the same thing on every venue that lists them. Anything else gets a factor
 * of its own, so that two assets that merely share a ticker never hedge each other.
 */
const MAJORS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    'BTC ETH SOL BNB XRP DOGE ADA AVAX LINK DOT LTC BCH TRX TON SUI APT ARB OP POL NEAR ATOM FIL ' +
    'AAVE UNI MKR SKY CRV LDO SNX COMP PENDLE ENA EIGEN ETHFI GMX DYDX HYPE TIA SEI INJ STX WLD ' +
    'PEPE SHIB BONK WIF ORDI XLM ETC ICP HBAR ALGO FTM S RUNE JUP JTO PYTH W STRK ZK ZRO GRT IMX ' +
    'SAND MANA AXS ENS BAL 1INCH SUSHI YFI RPL LQTY CAKE GNO MNT ONDO MORPHO EUL XMR ZEC TAO KAS'
  ).split(' '),
)

/** Tickers under which venues list a major. A contract on 1,000 units moves by the same ratio. */
const ALIASES: { readonly [symbol: string]: string } = {
  XBT: 'BTC',
  MATIC: 'POL',
  kPEPE: 'PEPE',
  kSHIB: 'SHIB',
  kBONK: 'BONK',
  '1000PEPE': 'PEPE',
  '1000SHIB': 'SHIB',
  '1000BONK': 'BONK',
}

/**
 * The shared spot factor of a venue's underlying, or null when the ticker is not one that all
 * venues agree on. Case matters: a venue's `kPEPE` is not `KPEPE`.
 *
 * @example
 * factorOf('ETH') // 'spot:ETH'
 * factorOf('xyz:TSLA') // null
 */
export function factorOf(symbol: string): FactorId | null {
  const name = Object.hasOwn(ALIASES, symbol) ? (ALIASES[symbol] ?? symbol) : symbol
  return MAJORS.has(name) ? factorId(`spot:${name}`) : null
}
