/** What the shell itself says, Chinese first. Everything else is said by the page. */

const chinese = {
  product: '网格分中心指挥台',
  reopen: '重新打开',
  tryAgain: '重试',
  details: '详情',
  report: '生成报告文件',
  quit: '退出',
  pageGone: '界面意外停止,自动恢复未成功。',
  pageGoneDetail: '本机已保存的事件和待上报内容不受影响。',
  nativeCrashing: '本机服务反复停止,未能自动恢复。',
  nativeCrashingDetail: '已保存的内容仍在本机。可以重试,或生成报告文件交给维护人员。',
  nativeFailed: '本机服务未能启动。',
  unexpected: '指挥台发生意外错误。',
  reported: '报告文件已生成:',
  view: '视图',
  fullscreen: '全屏',
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomReset: '实际大小',
  saveAs: '保存到',
  notSaved: '文件没有保存成功。',
  notSavedDetail: '请检查磁盘空间和文件夹权限后再保存一次:',
  notAttachable: '--attach 的地址应为 http://127.0.0.1:端口/#/enter/入场券',
}
export type Words = typeof chinese

const english: Words = {
  product: 'Sub-center console',
  reopen: 'Reopen',
  tryAgain: 'Try again',
  details: 'Details',
  report: 'Write a report file',
  quit: 'Quit',
  pageGone: 'The page stopped unexpectedly and did not recover by itself.',
  pageGoneDetail: 'Cases kept on this workstation and what waits to be sent are not affected.',
  nativeCrashing: 'The native program keeps stopping and did not recover by itself.',
  nativeCrashingDetail:
    'What was saved is still on this workstation. Try again, or write a report file for maintenance.',
  nativeFailed: 'The native program could not start.',
  unexpected: 'The console met an unexpected error.',
  reported: 'The report file was written:',
  view: 'View',
  fullscreen: 'Full screen',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Actual size',
  saveAs: 'Save as',
  notSaved: 'The file was not saved.',
  notSavedDetail: 'Check the disk space and the folder, then save again:',
  notAttachable: '--attach takes http://127.0.0.1:PORT/#/enter/TICKET',
}

/** English only where the system speaks it. */
export function wordsFor(languages: readonly string[]): Words {
  return languages[0]?.startsWith('en') ? english : chinese
}
