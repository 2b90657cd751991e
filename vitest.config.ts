import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Tests see the sources, so that coverage and mutants point at what is written.
const alias = [
  { find: /^@plimsoll\/adapters$/, replacement: source('adapters/src/index.ts') },
  { find: /^@plimsoll\/adapters\/(.+)$/, replacement: source('adapters/src/$1/index.ts') },
  { find: /^@plimsoll\/([a-z-]+)$/, replacement: source('packages/$1/src/index.ts') },
  { find: /^@plimsoll\/([a-z-]+)\/(.+)$/, replacement: source('packages/$1/src/$2.ts') },
]

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'adapters/src/**/*.test.ts', 'test/*/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/contracts/**'],
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          include: ['test/contracts/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          benchmark: { include: [] },
        },
      },
    ],
  },
})
