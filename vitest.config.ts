import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { SummaryReporter } from './test/summary-reporter.js'

// scripts/matrix.js runs the tests where there are no sources, only what was built from them.
const testsDist = process.env['HOTSEG_TESTED'] === 'dist'
const dist = { find: /^(?:\.\.\/)+src\//, replacement: join(import.meta.dirname, 'dist/') }

export default defineConfig({
  resolve: { alias: testsDist ? [dist] : [] },
  test: {
    include: ['test/**/*.test.ts'],
    // A watchdog for a hung test, far above what any test needs; no test asserts a time.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new SummaryReporter()],
  },
})
