import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'native/kiosk.ts',
    'native/child.ts',
    'native/media/media-worker.ts',
    'native/durability/backup-worker.ts',
    'renderer/main.ts',
    'electron/main.ts',
    'electron/preload.ts',
    'build/*.{ts,mjs,js}',
    'tests/district/main.ts',
    'tests/conformance/main.ts',
    'tests/district/cameras/serve-cameras.ts',
    'tests/district/hub-at-scale/hub-process.ts',
    'tests/unit/**/*.test.ts',
    'tests/journeys/**/*.spec.ts',
    'tests/faults/{run-faults,hosts/*-host,hosts/no-media-worker,planted/*}.ts',
    'tests/bench/*.bench.ts',
    'tests/bench/{*-hub,wall-peer,wall-peer-page}.ts',
  ],
  project: ['{native,renderer,electron,build,tests}/**/*.{ts,vue,js,mjs}'],
  // vue-tsc is called by name, the types belong to an alias, node-onvif is a peer that the camera tests require() by name.
  ignoreDependencies: ['vue-tsc', '@types/better-sqlite3', 'node-onvif'],
  ignoreBinaries: ['apt-get', 'dpkg-query', 'ffmpeg', 'Xvfb', 'prlimit'],
  ignoreExportsUsedInFile: true,
}

export default config
