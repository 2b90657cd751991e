import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { findChromium } from './scripts/chromium.js'
import { ReportTotals } from './scripts/report-totals.js'
import { sourceAliases } from './scripts/sources.js'

// Tests see the sources, so that coverage and mutants point at what is written.
const alias = [...sourceAliases(fileURLToPath(new URL('.', import.meta.url)))]

// The full fuzz of `test:deep` takes minutes where `test` takes seconds.
const isDeep = process.env.PLIMSOLL_DEEP === '1'

// Tests that start no process and close what they open: a worker runs them in one context.
const TOGETHER = [
  'packages/{client,model,risk,wagmi}/src/**/*.test.ts',
  'adapters/src/**/*.test.ts',
  'test/{aave-v3,conformance,deribit,derive,hyperliquid,margin-systems}/**/*.test.ts',
  'test/{markets,panoptic-v2,paradex,pricing,risk,truth-models}/**/*.test.ts',
]

const chromium = findChromium()
const notes =
  chromium === null
    ? ['Browser tests are left out: no Chromium on PATH, and CHROMIUM_PATH names none.']
    : []

async function browserProject(executablePath: string): Promise<TestProjectInlineConfiguration> {
  const { playwright } = await import('@vitest/browser-playwright')
  const { inspectPage } = await import('./test/browser/inspectPage.js')
  return {
    extends: true,
    test: {
      name: 'browser',
      include: ['test/browser/**/*.test.ts'],
      globalSetup: ['test/browser/setup.ts'],
      testTimeout: 30_000,
      benchmark: { include: [] },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        commands: { inspectPage },
        provider: playwright({ launchOptions: { executablePath, args: ['--no-sandbox'] } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  }
}

export default defineConfig({
  resolve: { alias },
  test: {
    // One worker a core: by default one core is left idle.
    maxWorkers: '100%',
    reporters: ['default', new ReportTotals(notes)],
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          // A worker loads each module once.
          isolate: false,
          setupFiles: ['test/seed.ts'],
          include: TOGETHER,
          testTimeout: isDeep ? 600_000 : 30_000,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: ['test/seed.ts'],
          include: [
            'packages/*/src/**/*.test.ts',
            'adapters/src/**/*.test.ts',
            'examples/*/src/**/*.test.ts',
            'test/*/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'test/contracts/**', 'test/browser/**', ...TOGETHER],
          testTimeout: isDeep ? 600_000 : 30_000,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          setupFiles: ['test/seed.ts'],
          include: ['test/contracts/**/*.test.ts'],
          testTimeout: isDeep ? 600_000 : 120_000,
          hookTimeout: 180_000,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: [],
          benchmark: {
            include: ['{packages/*,adapters}/src/**/*.bench.ts', 'test/**/*.bench.ts'],
          },
        },
      },
      ...(chromium === null ? [] : [await browserProject(chromium)]),
    ],
  },
})
