/**
 * The views that are asked; a test recomputes the selectors from the contracts' names. Answers are
 * words, so that their exact length is checked and nothing is read beyond it.
 */
export const VIEWS = {
  revision: { selector: '0x0148170e', answer: 1 },
  reserves: { selector: '0xd1946dbc', answer: 'list' },
  reserve: { selector: '0x35ea6a75', answer: 15 },
  gracePeriod: { selector: '0x5c9a8b18', answer: 1 },
  configuration: { selector: '0x4417a583', answer: 1 },
  mode: { selector: '0xeddf1b79', answer: 1 },
  account: { selector: '0xbf92857c', answer: 6 },
  oracle: { selector: '0xfca513a8', answer: 1 },
  sentinel: { selector: '0x5eb88d3d', answer: 1 },
  liquidationAllowed: { selector: '0x7a5d20ea', answer: 1 },
  borrowAllowed: { selector: '0x49aa2e81', answer: 1 },
  baseCurrency: { selector: '0xe19f4700', answer: 1 },
  baseUnit: { selector: '0x8c89b64f', answer: 1 },
  price: { selector: '0xb3596f07', answer: 1 },
  prices: { selector: '0x9d23d9f2', answer: 'list' },
  category: { selector: '0x6c6f6ae1', answer: 'text' },
  modeRatios: { selector: '0xb286f467', answer: 3 },
  modeCollateral: { selector: '0xb0771dba', answer: 1 },
  modeBorrowable: { selector: '0x903a2c71', answer: 1 },
  modeLtvZero: { selector: '0xfd89dee5', answer: 1 },
  modeIsolated: { selector: '0x05f68acb', answer: 1 },
  scaledBalance: { selector: '0x1da24f3e', answer: 1 },
  scaledTotal: { selector: '0xb1bf962d', answer: 1 },
  balance: { selector: '0x70a08231', answer: 1 },
  symbol: { selector: '0x95d89b41', answer: 'text' },
} as const
