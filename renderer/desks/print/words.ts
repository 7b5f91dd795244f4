/** Words of a printed case file. */
import type { DeskWords } from '../../locales/words.ts'

export const printWords: DeskWords = {
  'zh-CN': {
    print: {
      title: '案卷',
      button: '打印',
      back: '返回',
      printed: '{at} 由{name}打印',
      confidential: '内部资料，依数据保密协议使用',
      columns: { number: '序', at: '时间', step: '步骤', actor: '办理人', change: '状态', remark: '说明' },
      evidenceColumns: { name: '名称', kind: '类型', bytes: '大小', step: '所属步骤', checksum: '校验值' },
      noEvidence: '没有证据',
    },
  },
  en: {
    print: {
      title: 'Case file',
      button: 'Print',
      back: 'Back',
      printed: 'Printed {at} by {name}',
      confidential: 'Internal; to be used under the confidentiality agreement',
      columns: { number: 'No.', at: 'Time', step: 'Step', actor: 'Actor', change: 'State', remark: 'Remark' },
      evidenceColumns: { name: 'Name', kind: 'Kind', bytes: 'Size', step: 'Of step', checksum: 'Checksum' },
      noEvidence: 'No evidence',
    },
  },
}
