import { BRIDGE } from '../severities.js'
import type { TokenTable } from './token-table.js'

/** Tokens of chain 56. */
export const BNB_TOKENS: TokenTable = {
  '0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c': ['WBNB', 18, 'WBNB', 'AMU'],
  '0x7130d2a12b9bcbfae4f2634d864a1ee1ce3ead9c': ['BTCB', 18, 'BTCB', 'A'],
  '0x2170ed0880ac9a755fd29b2688956bd959f933f8': [
    'ETH',
    18,
    'WETH',
    'AU',
    { 'bridge:binance': BRIDGE },
    'bridged',
  ],
  '0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d': [
    'USDC',
    18,
    'USDC',
    'AU',
    { 'bridge:binance': BRIDGE },
    'bridged',
  ],
  '0x55d398326f99059ff775485246999027b3197955': [
    'USDT',
    18,
    'USDT',
    'AU',
    { 'bridge:binance': BRIDGE },
    'bridged',
  ],
  '0x1af3f329e8be154074d8769d1ffa4ee058b1dbc3': [
    'DAI',
    18,
    'DAI',
    'U',
    { 'bridge:binance': BRIDGE },
    'bridged',
  ],
  '0xc5f0f7b66764f6ec8c8dff7ba683102295e16409': ['FDUSD', 18, 'FDUSD', 'A'],
  '0x26c5e01524d2e6280a48f2c50ff6de7e52e9611c': [
    'wstETH',
    18,
    'wstETH',
    'A',
    { 'bridge:wormhole': BRIDGE },
  ],
  '0x0e09fabb73bd3ade0a17ecc321fd13a19e81ce82': ['Cake', 18, 'CAKE', 'A'],
  '0xf8a0bf9cf54bb92f17374d9e9a321e6a111a51bd': [
    'LINK',
    18,
    'LINK',
    'U',
    { 'bridge:binance': BRIDGE },
    'bridged',
  ],
}
