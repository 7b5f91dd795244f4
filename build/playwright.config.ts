import { defineConfig } from '@playwright/test'
import { findChromium, quietChromium } from './console-window.ts'

const executablePath = findChromium()

export default defineConfig<{ host: 'kiosk' | 'electron' }>({
  testDir: '../tests/journeys',
  outputDir: 'out/journeys',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'out/journeys.json' }]],
  projects: [
    { name: 'kiosk', use: { host: 'kiosk' }, testIgnore: 'shell*.spec.ts', grepInvert: /@electron-only/ },
    { name: 'electron', use: { host: 'electron' }, grep: /@electron/ },
    { name: 'shell', testMatch: 'shell*.spec.ts' },
  ],
  use: {
    testIdAttribute: 'data-test',
    viewport: { width: 1920, height: 1080 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      chromiumSandbox: process.getuid?.() !== 0,
      args: [...quietChromium, '--autoplay-policy=no-user-gesture-required'],
    },
  },
})
