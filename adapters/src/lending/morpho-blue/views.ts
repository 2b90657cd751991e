/**
 * The views that are asked; a test recomputes the selectors from the contracts' names. Answers are
 * words, so that their exact length is checked and nothing is read beyond it.
 */
export const VIEWS = {
  params: { selector: '0x2c3c9157', answer: 5 },
  market: { selector: '0x5c60e39a', answer: 6 },
  position: { selector: '0x93c52062', answer: 3 },
  price: { selector: '0xa035b1fe', answer: 1 },
  rateAtTarget: { selector: '0x01977b57', answer: 1 },
  borrowRate: { selector: '0x8c00bf6b', answer: 1 },
  symbol: { selector: '0x95d89b41', answer: 'text' },
  decimals: { selector: '0x313ce567', answer: 1 },
  dollarOracle: { selector: '0xfca513a8', answer: 1 },
  dollarUnit: { selector: '0x8c89b64f', answer: 1 },
  dollarPrice: { selector: '0xb3596f07', answer: 1 },
} as const
