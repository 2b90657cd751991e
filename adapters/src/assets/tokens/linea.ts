import { BRIDGE } from '../severities.js'
import type { TokenTable } from './token-table.js'

/** Tokens of chain 59144. */
export const LINEA_TOKENS: TokenTable = {
  '0xe5d7c2a44ffddf6b295a15c148167daaaf5cf34f': [
    'WETH',
    18,
    'WETH',
    'AM',
    { 'bridge:linea': BRIDGE },
  ],
  '0xb5bedd42000b71fdde22d3ee8a79bd49a568fc8f': [
    'wstETH',
    18,
    'wstETH',
    'A',
    { 'bridge:linea': BRIDGE },
  ],
  '0x2416092f143378750bb29b79ed961ab195cceea5': [
    'ezETH',
    18,
    'ezETH',
    'A',
    { 'bridge:renzo': BRIDGE },
  ],
  '0x1bf74c010e6320bab11e2e5a532b5ac15e0b8aa6': [
    'weETH',
    18,
    'weETH',
    'A',
    { 'bridge:ether-fi': BRIDGE },
  ],
  '0xd2671165570f41bbb3b0097893300b6eb6101e6c': [
    'wrsETH',
    18,
    'rsETH',
    'A',
    { 'bridge:kelp': BRIDGE },
  ],
  '0x3aab2285ddcddad8edf438c1bab47e1a9d05a9b4': [
    'WBTC',
    8,
    'WBTC',
    'A',
    { 'bridge:linea': BRIDGE },
  ],
  '0x176211869ca2b568f2a7d4ee941e073a821ee1ff': [
    'USDC',
    6,
    'USDC',
    'AM',
    { 'bridge:linea': BRIDGE },
  ],
  '0xa219439258ca9da29e9cc4ce5596924745e12b93': [
    'USDT',
    6,
    'USDT',
    'A',
    { 'bridge:linea': BRIDGE },
    'bridged',
  ],
  '0xaca92e438df0b2401ff60da7e4337b687a2435da': [
    'mUSD',
    6,
    'mUSD',
    'A',
    { 'bridge:linea': BRIDGE },
  ],
}
