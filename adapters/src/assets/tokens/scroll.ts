import { BRIDGE } from '../severities.js'
import type { TokenTable } from './token-table.js'

/** Tokens of chain 534352. */
export const SCROLL_TOKENS: TokenTable = {
  '0x5300000000000000000000000000000000000004': [
    'WETH',
    18,
    'WETH',
    'AM',
    { 'bridge:scroll': BRIDGE },
  ],
  '0xf610a9dfb7c89644979b4a0f27063e9e7d7cda32': [
    'wstETH',
    18,
    'wstETH',
    'A',
    { 'bridge:scroll': BRIDGE },
  ],
  '0x01f0a31698c4d065659b9bdc21b3610292a1c506': [
    'weETH',
    18,
    'weETH',
    'A',
    { 'bridge:ether-fi': BRIDGE },
  ],
  '0x06efdbff2a14a7c8e15944d1f4a48f9f95f663a4': [
    'USDC',
    6,
    'USDC',
    'AM',
    { 'bridge:scroll': BRIDGE },
  ],
  '0xd29687c813d741e2f938f4ac377128810e217b1b': ['SCR', 18, 'SCR', 'A'],
}
