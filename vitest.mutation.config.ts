import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { sourceAliases } from './scripts/sources.js'

// What `pnpm mutate` runs against every mutant of the risk engine: its own tests and its truth.
export default defineConfig({
  resolve: { alias: [...sourceAliases(fileURLToPath(new URL('.', import.meta.url)))] },
  test: {
    setupFiles: ['test/seed.ts'],
    include: ['packages/risk/src/**/*.test.ts', 'test/{risk,pricing,truth-models}/**/*.test.ts'],
  },
})
