import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'native/kiosk.ts',
    'native/child.ts',
    'native/media/media-worker.ts',
    'renderer/main.ts',
    'electron/main.ts',
    'electron/preload.ts',
    'build/*.{ts,mjs,js}',
    'tests/district/main.ts',
    'tests/district/cameras/serve-cameras.ts',
    'tests/unit/**/*.test.ts',
    'tests/journeys/**/*.spec.ts',
    'tests/bench/*.bench.ts',
    'tests/bench/feed-hub.ts',
  ],
  project: ['{native,renderer,electron,build,tests}/**/*.{ts,vue,js,mjs}'],
  // Called by name: build/check-types.ts.
  ignoreDependencies: ['vue-tsc'],
  ignoreBinaries: ['apt-get', 'ffmpeg', 'Xvfb'],
  ignoreExportsUsedInFile: true,
}

export default config
