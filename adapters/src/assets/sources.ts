/** Published address lists that agree on a token's address and decimals, by the letter rows use. */
const SOURCES: { readonly [letter: string]: string } = {
  A: '@aave-dao/aave-address-book@4.68.1 (2026-09-16)',
  M: '@morpho-org/morpho-ts@2.8.0 (2026-08-24)',
  O: '@eth-optimism/tokenlist@10.0.1770 (2026-04-16)',
  R: 'its own project’s deployments, as three public repositories name it (2026-11)',
  S: 'a Lido DAO vote that names the token, and two public repositories (2026-11)',
  U: '@uniswap/default-token-list@22.21.0 (2026-09-27)',
}

/** The source text of a registry row: `AU` means that both lists hold the address. */
export function sourceOf(letters: string): string {
  return letters
    .split('')
    .map((letter) => SOURCES[letter] ?? letter)
    .join('; ')
}
