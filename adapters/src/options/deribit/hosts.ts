import type { Host } from '@plimsoll/client'

/** Where the venue answers. */
export const HOSTS: { readonly api: Host } = {
  api: {
    url: 'https://www.deribit.com',
    // The venue's default for what does not reach its matching engine.
    budget: { weight: 20, windowMs: 1000 },
    browser: 'proxy',
  },
}
