import { BRIDGE } from '../severities.js'
import type { TokenTable } from './token-table.js'

/** Tokens of chain 100. */
export const GNOSIS_TOKENS: TokenTable = {
  '0xe91d153e0b41518a2ce8dd3d7944fa863463a97d': [
    'WXDAI',
    18,
    'WXDAI',
    'A',
    { 'bridge:gnosis': BRIDGE },
  ],
  '0x6a023ccd1ff6f2045c3309768ead9e68f978f6e1': [
    'WETH',
    18,
    'WETH',
    'A',
    { 'bridge:gnosis': BRIDGE },
    'bridged',
  ],
  '0x6c76971f98945ae98dd7d4dfca8711ebea946ea6': [
    'wstETH',
    18,
    'wstETH',
    'A',
    { 'bridge:gnosis': BRIDGE },
  ],
  '0x9c58bacc331c9aa871afd802db6379a98e80cedb': [
    'GNO',
    18,
    'GNO',
    'A',
    { 'bridge:gnosis': BRIDGE },
  ],
  '0xddafbb505ad214d7b80b1f830fccc89b60fb7a83': [
    'USDC',
    6,
    'USDC',
    'A',
    { 'bridge:gnosis': BRIDGE },
    'bridged',
  ],
  '0x2a22f9c3b484c3629090feed35f17ff8f88f76f0': [
    'USDC.e',
    6,
    'USDC',
    'A',
    { 'bridge:gnosis': BRIDGE },
    'bridged',
  ],
  '0xcb444e90d8198415266c6a2724b7900fb12fc56e': ['EURe', 18, 'EURe', 'A'],
  '0xaf204776c7245bf4147c2612bf6e5972ee483701': [
    'sDAI',
    18,
    'sDAI',
    'A',
    { 'bridge:gnosis': BRIDGE },
  ],
  '0xfc421ad3c883bf9e7c4f42de845c4e4405799e73': ['GHO', 18, 'GHO', 'A', { 'bridge:ccip': BRIDGE }],
}
