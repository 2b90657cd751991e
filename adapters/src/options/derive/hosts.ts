import type { Host } from '@plimsoll/client'

/** Where the venue answers. */
export const HOSTS: { readonly api: Host } = {
  api: {
    url: 'https://api.derive.xyz',
    // The documented limit of reads without a market-maker agreement.
    budget: { weight: 10, windowMs: 1000 },
    browser: 'proxy',
  },
}
