import { defineConfig } from 'vitest/config'
import { SummaryReporter } from './test/summary-reporter.js'

export default defineConfig({
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
