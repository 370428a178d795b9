import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends the output of a run with a line `12 passed, 0 failed`. A file that cannot be loaded, and an error outside of all
 * tests, count as a failure each.
 */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    let failed = unhandledErrors.length
    for (const testModule of modules) {
      failed += testModule.errors().length
      for (const suite of testModule.children.allSuites()) failed += suite.errors().length
      for (const test of testModule.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state !== 'skipped') failed++
      }
    }
    console.log(`\n${passed} passed, ${failed} failed`)
  }
}
